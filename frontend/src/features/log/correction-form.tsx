import { useForm } from "react-hook-form";
import type { CorrectionKind, PressPublic } from "@/client";
import { FormField } from "@/components/form-field";
import { Button } from "@/components/ui/button";
import { Textarea } from "@/components/ui/textarea";
import { notify } from "@/lib/notify";
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

/** Asks for the reason of a correction, or the words of a note. The row changes at once. */
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
  const { register, handleSubmit, formState } = useForm<{ words: string }>({ defaultValues: { words: "" } });
  const isNote = kind === "note";
  const required = isNote ? logTexts.noteRequired : logTexts.reasonRequired;
  const submit = handleSubmit(({ words }) => {
    correct(press, kind, words.trim());
    onDone();
  });
  return (
    <form onSubmit={submit} noValidate={true} className="flex flex-col gap-4">
      <FormField
        label={isNote ? logTexts.note : logTexts.reason}
        hint={isNote ? undefined : logTexts.reasonHint}
        error={formState.errors.words?.message}
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
      <div className="flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">
        <Button variant="outline" onClick={onDone}>
          {commonTexts.cancel}
        </Button>
        <Button type="submit" variant={kind === "void" ? "destructive" : "default"}>
          {CORRECTION_WORDS[kind].action}
        </Button>
      </div>
    </form>
  );
}

type Correct = (press: PressPublic, kind: CorrectionKind, words: string) => void;

/** Corrects a press and says so; what can be taken back offers it. */
function useCorrect(stationId: string): Correct {
  const { mutate: voidPress } = useVoidPress(stationId);
  const { mutate: restore } = useRestorePress(stationId);
  const { mutate: note } = useNotePress(stationId);
  // By hand and not by the options of `mutate`: these are forgotten with the form, which is closed at once.
  const correct: Correct = (press, kind, words) => {
    const { title } = press.button;
    const send = { void: voidPress, restore, note }[kind];
    const say = (corrected: PressPublic) => {
      const undoKind = undoOf(press, kind);
      const undo = {
        label: commonTexts.undo,
        onClick: () => correct(corrected, undoKind ?? kind, logTexts.undoReason(words)),
      };
      notify.success(saidOf(kind, title), undoKind === null ? {} : { action: undo });
    };
    send({ press, words, onCorrected: say });
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
