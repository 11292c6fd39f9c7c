import { useForm } from "react-hook-form";
import type { CorrectionKind, PressPublic } from "@/client";
import { FormError } from "@/components/form-error";
import { FormField } from "@/components/form-field";
import { Button } from "@/components/ui/button";
import { DialogFooter } from "@/components/ui/dialog";
import { Textarea } from "@/components/ui/textarea";
import { useIsShown } from "@/hooks/use-is-shown";
import { showProblem } from "@/lib/form-errors";
import { notify } from "@/lib/notify";
import { messageOf } from "@/lib/problem";
import { commonTexts } from "@/texts/common";
import { logTexts } from "@/texts/log";
import { useNotePress } from "./queries/note-press";
import { useRestorePress } from "./queries/restore-press";
import { useVoidPress } from "./queries/void-press";

const MOST_WORDS = 1000;

export const CORRECTION_WORDS = {
  void: { title: logTexts.voidTitle, hint: logTexts.voidHint, action: logTexts.void },
  restore: { title: logTexts.restoreTitle, hint: logTexts.restoreHint, action: logTexts.restore },
  note: { title: logTexts.noteTitle, hint: logTexts.noteHint, action: logTexts.addNote },
} as const satisfies Record<CorrectionKind, { title: string; hint: string; action: string }>;

/**
 * Asks for the reason of a correction, or the words of a note. The row changes at once; the form stays until the server
 * has it, so that what was typed outlives a server that does not answer, and a login that has ended.
 */
export function CorrectionForm({
  press,
  kind,
  stationId,
  onDone,
}: {
  press: PressPublic;
  kind: CorrectionKind;
  stationId: string;
  onDone: () => void;
}) {
  const correct = useCorrect(stationId);
  const isShown = useIsShown();
  const { register, handleSubmit, setError, formState } = useForm<{ words: string }>({ defaultValues: { words: "" } });
  const { errors, isSubmitting } = formState;
  const isNote = kind === "note";
  const required = isNote ? logTexts.noteRequired : logTexts.reasonRequired;
  const submit = handleSubmit(async ({ words }) => {
    try {
      await correct(press, kind, words.trim());
      if (isShown()) onDone();
    } catch (problem) {
      showProblem(problem, { setError, fields: [] });
    }
  });
  return (
    <form onSubmit={submit} noValidate={true} className="flex flex-col gap-4">
      <FormField
        label={isNote ? logTexts.note : logTexts.reason}
        hint={isNote ? undefined : logTexts.reasonHint}
        error={errors.words?.message}
      >
        {(props) => (
          <Textarea
            {...props}
            {...register("words", { validate: (words) => words.trim() !== "" || required })}
            maxLength={MOST_WORDS}
            // The form was asked for just now, to be written in.
            autoFocus={true}
          />
        )}
      </FormField>
      <FormError message={errors.root?.message} />
      <DialogFooter>
        <Button variant="outline" onClick={onDone}>
          {commonTexts.cancel}
        </Button>
        <Button type="submit" variant={kind === "void" ? "destructive" : "default"} disabled={isSubmitting}>
          {CORRECTION_WORDS[kind].action}
        </Button>
      </DialogFooter>
    </form>
  );
}

type Correct = (press: PressPublic, kind: CorrectionKind, words: string) => Promise<void>;

/** Corrects a press and says so; what can be taken back offers it. Throws what the server answers in place of doing so. */
function useCorrect(stationId: string): Correct {
  const { mutateAsync: voidPress } = useVoidPress(stationId);
  const { mutateAsync: restore } = useRestorePress(stationId);
  const { mutateAsync: note } = useNotePress(stationId);
  const correct: Correct = async (press, kind, words) => {
    const corrected = await { void: voidPress, restore, note }[kind]({ press, words });
    const undoKind = undoOf(press, kind);
    const undo = {
      label: commonTexts.undo,
      onClick: () =>
        void correct(corrected, undoKind ?? kind, logTexts.undoReason(words)).catch((problem) =>
          notify.error(messageOf(problem)),
        ),
    };
    notify.success(saidOf(kind, press.button.title), undoKind === null ? {} : { action: undo });
  };
  return correct;
}

/** A press that was suppressed does not become so again. */
function undoOf(press: PressPublic, kind: CorrectionKind): CorrectionKind | null {
  if (kind === "void") return "restore";
  return kind === "restore" && press.status === "void" ? "void" : null;
}

function saidOf(kind: CorrectionKind, title: string): string {
  if (kind === "note") return logTexts.noted;
  return kind === "void" ? logTexts.voided(title) : logTexts.restored(title);
}
