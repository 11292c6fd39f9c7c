import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { Controller, type UseFormReturn, useForm } from "react-hook-form";
import type { RecordedPress, StationPublic } from "@/client";
import { FormDialog } from "@/components/form-dialog";
import { FormField } from "@/components/form-field";
import { Input } from "@/components/ui/input";
import { Textarea } from "@/components/ui/textarea";
import { useIsShown } from "@/hooks/use-is-shown";
import { showProblem } from "@/lib/form-errors";
import { formatTimeWithZone } from "@/lib/format";
import { notify } from "@/lib/notify";
import { randomId } from "@/lib/random-id";
import { useVoidRecorded } from "@/lib/void-recorded";
import { instantsOf, localTimeOf } from "@/lib/zone-time";
import { commonTexts } from "@/texts/common";
import { logTexts } from "@/texts/log";
import { pressTexts } from "@/texts/presses";
import { ButtonField } from "./button-field";
import { useAddPress } from "./queries/add-press";

/** `pressed_at` is what the station's clocks showed, `which` the one of two instants where they showed it twice. */
type Values = { button_id: string; pressed_at: string; which: "" | "0" | "1"; reason: string };

/** A play that the keys missed: which button, when by the station's clocks, and why it is entered by hand. */
export function MissedPlayDialog({
  station,
  from,
  onClose,
}: {
  station: StationPublic;
  /** Where the form begins; now, where nothing was said. */
  from: string | undefined;
  onClose: () => void;
}) {
  const begin = from === undefined ? new Date() : new Date(from);
  const form = useForm<Values>({
    defaultValues: { button_id: "", ...timeValues(begin, station.zone), reason: "" },
  });
  const submit = useSubmit(station, form, onClose);
  const { errors, isSubmitting } = form.formState;
  return (
    <FormDialog
      title={logTexts.addPlay}
      description={logTexts.addPlayHint}
      submitLabel={logTexts.add}
      error={errors.root?.message}
      isSubmitting={isSubmitting}
      onSubmit={submit}
      onClose={onClose}
    >
      <Controller
        control={form.control}
        name="button_id"
        rules={{ required: logTexts.buttonRequired }}
        render={({ field, fieldState }) => (
          <ButtonField
            stationId={station.id}
            buttonId={field.value || null}
            error={fieldState.error?.message}
            onChange={(button) => field.onChange(button?.id ?? "")}
          />
        )}
      />
      <TimeFields station={station} form={form} />
      <FormField label={logTexts.reason} hint={logTexts.reasonHint} error={errors.reason?.message}>
        {(props) => (
          <Textarea
            {...props}
            {...form.register("reason", { validate: (reason) => reason.trim() !== "" || logTexts.reasonRequired })}
            maxLength={1000}
            placeholder={logTexts.reasonPlaceholder}
          />
        )}
      </FormField>
    </FormDialog>
  );
}

/** An instant as the form has it: what the clocks showed, and which of the two where they showed it twice. */
function timeValues(instant: Date, zone: string): Pick<Values, "pressed_at" | "which"> {
  const pressed_at = localTimeOf(instant, zone);
  const [first, second] = instantsOf(pressed_at, zone);
  if (first === undefined || second === undefined) return { pressed_at, which: "" };
  return { pressed_at, which: instant < second ? "0" : "1" };
}

/** The local time; where clocks showed it twice, which of the two. */
function TimeFields({ station, form }: { station: StationPublic; form: UseFormReturn<Values> }) {
  const { errors } = form.formState;
  const instants = instantsOf(form.watch("pressed_at"), station.zone);
  return (
    <>
      <FormField
        label={logTexts.localTime}
        hint={logTexts.localTimeHint(station.zone)}
        error={errors.pressed_at?.message}
      >
        {(props) => (
          <Input
            {...props}
            {...form.register("pressed_at", { validate: (local) => timeError(local, station.zone) ?? true })}
            type="datetime-local"
            step={1}
            max="9999-12-31T23:59:59"
            className="tabular-nums"
          />
        )}
      </FormField>
      {instants.length > 1 && (
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1.5 text-sm font-medium">{logTexts.timeTwice}</legend>
          {instants.map((instant, index) => (
            <label key={instant.getTime()} className="flex min-h-9 items-center gap-2.5 text-sm tabular-nums">
              <input
                type="radio"
                value={String(index)}
                className="size-4 accent-primary"
                {...form.register("which", { required: logTexts.timeTwiceRequired })}
              />
              {(index === 0 ? logTexts.first : logTexts.second)(formatTimeWithZone(instant, station.zone))}
            </label>
          ))}
          {errors.which && (
            <p role="alert" className="text-sm text-destructive">
              {errors.which.message}
            </p>
          )}
        </fieldset>
      )}
    </>
  );
}

function timeError(local: string, zone: string): string | null {
  if (local === "") return logTexts.timeRequired;
  const [first] = instantsOf(local, zone);
  if (first === undefined) return logTexts.timeSkipped;
  return first.getTime() > Date.now() ? logTexts.timeFuture : null;
}

function useSubmit(station: StationPublic, form: UseFormReturn<Values>, onClose: () => void) {
  const { mutateAsync: add } = useAddPress(station.id);
  const say = useSayAdded(station);
  const idOf = useIdOfPlay();
  const isShown = useIsShown();
  return form.handleSubmit(async ({ button_id, pressed_at: local, which, reason }) => {
    const instants = instantsOf(local, station.zone);
    const instant = instants[instants.length > 1 ? Number(which) : 0];
    if (instant === undefined) return;
    try {
      const play = { button_id, pressed_at: instant.toISOString() };
      const recorded = await add({ ...play, id: idOf(play), reason: reason.trim() });
      if (isShown()) onClose();
      say(recorded);
    } catch (problem) {
      showProblem(problem, { setError: form.setError, fields: ["button_id", "pressed_at", "reason"] });
    }
  });
}

/** The id of a play, the same as long as it is the same play: sent again after a lost answer, it counts once. */
function useIdOfPlay(): (play: { button_id: string; pressed_at: string }) => string {
  const named = useRef({ play: "", id: "" });
  return (play) => {
    const known = JSON.stringify(play);
    if (named.current.play !== known) named.current = { play: known, id: randomId() };
    return named.current.id;
  };
}

/** Says what became of it, with the way to it, or back. */
function useSayAdded(station: StationPublic): (recorded: RecordedPress) => void {
  const navigate = useNavigate();
  const { mutate: takeBack } = useVoidRecorded(station.id, { reason: logTexts.enteredByMistake });
  return ({ press_id, button, status }) => {
    if (status === "counted") {
      const action = { label: commonTexts.undo, onClick: () => takeBack(press_id) };
      notify.success(logTexts.added(button.title), { action });
      return;
    }
    const show = () => void navigate({ to: "/log", search: (search) => ({ ...search, press: press_id }) });
    notify.info(logTexts.addedNotCounted(button.title, pressTexts.status[status].toLowerCase()), {
      action: { label: logTexts.show, onClick: show },
    });
  };
}
