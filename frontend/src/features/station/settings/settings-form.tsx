import { TriangleAlert } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { type UseFormReturn, useForm } from "react-hook-form";
import type { Purpose, StationPublic, StationUpdate } from "@/client";
import { FormError } from "@/components/form-error";
import { CallSignField, PurposeField, StationNameField, ZoneField } from "@/components/station-fields";
import { TextField } from "@/components/text-field";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { UnsavedGuard } from "@/components/unsaved-guard";
import { fieldOf } from "@/lib/field-of";
import { stationNameRules } from "@/lib/field-rules";
import { showProblem } from "@/lib/form-errors";
import { notify } from "@/lib/notify";
import { typedNumber } from "@/lib/typed-number";
import { settingsTexts } from "@/texts/station";
import { useUpdateStation } from "../queries/update-station";

type Values = {
  name: string;
  purpose: Purpose;
  zone: string;
  call_sign: string;
  community: string;
  dedup_window_ms: string;
};

const FIELDS = ["name", "purpose", "zone", "call_sign", "community", "dedup_window_ms"] as const;
const MAX_DEDUP_S = 3_600;
const MAX_COMMUNITY_LENGTH = 200;

const valuesOf = (station: StationPublic): Values => ({
  name: station.name,
  purpose: station.purpose,
  zone: station.zone,
  call_sign: station.call_sign ?? "",
  community: station.community ?? "",
  dedup_window_ms: String(station.dedup_window_ms / 1000),
});

const isWindow = (typed: string): boolean => typedNumber(typed) >= 0 && typedNumber(typed) <= MAX_DEDUP_S;

/** Only what was changed here: two owners may be at it at once. */
function changesOf(values: Values, begun: StationPublic): StationUpdate {
  const wanted = {
    ...values,
    name: values.name.trim(),
    call_sign: values.call_sign.trim() || null,
    community: values.community.trim() || null,
    dedup_window_ms: Math.round(typedNumber(values.dedup_window_ms) * 1000),
  };
  const changed = FIELDS.filter((field) => wanted[field] !== begun[field]);
  return Object.fromEntries(changed.map((field) => [field, wanted[field]]));
}

/** The form, and the station that it began with: another owner may save while this one types. */
function useSettingsForm(station: StationPublic) {
  const { mutateAsync: update } = useUpdateStation(station.id);
  const [begun, setBegun] = useState(station);
  const form = useForm<Values>({ defaultValues: valuesOf(station) });
  const { isDirty } = form.formState;
  const { reset } = form;
  const begin = useCallback(
    (from: StationPublic) => {
      setBegun(from);
      reset(valuesOf(from));
    },
    [reset],
  );
  const seen = useRef(station);
  useEffect(() => {
    if (isDirty || seen.current === station) return;
    seen.current = station;
    begin(station);
  }, [isDirty, station, begin]);

  const submit = form.handleSubmit(async (values) => {
    try {
      const saved = await update(changesOf(values, begun));
      // What was shown until now is older than this.
      seen.current = station;
      begin(saved);
      notify.success(settingsTexts.saved);
    } catch (error) {
      showProblem(error, { setError: form.setError, fields: FIELDS });
    }
  });
  return { form, begun, submit, discard: () => begin(station) };
}

export function SettingsForm({ station }: { station: StationPublic }) {
  const { form, begun, submit, discard } = useSettingsForm(station);
  const { errors, isDirty, isSubmitting } = form.formState;
  return (
    <form onSubmit={submit} noValidate={true} className="flex flex-col gap-5">
      <div className="grid grid-cols-1 gap-x-5 gap-y-4 sm:grid-cols-2">
        <WhoItIs form={form} />
        <HowItCounts form={form} begun={begun} />
      </div>
      <FormError message={errors.root?.message} />
      <UnsavedGuard form={form} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" disabled={!isDirty || isSubmitting}>
          {settingsTexts.save}
        </Button>
        {isDirty && (
          <Button variant="ghost" onClick={discard}>
            {settingsTexts.reset}
          </Button>
        )}
      </div>
    </form>
  );
}

function WhoItIs({ form }: { form: UseFormReturn<Values> }) {
  return (
    <>
      <StationNameField {...fieldOf(form, "name", stationNameRules)} className="sm:col-span-2" />
      <CallSignField {...fieldOf(form, "call_sign")} />
      <TextField
        {...fieldOf(form, "community")}
        label={settingsTexts.community}
        isOptional={true}
        maxLength={MAX_COMMUNITY_LENGTH}
      />
    </>
  );
}

function HowItCounts({ form, begun }: { form: UseFormReturn<Values>; begun: StationPublic }) {
  const zone = form.watch("zone");
  const dedup = fieldOf(form, "dedup_window_ms", {
    validate: (typed) => isWindow(typed) || settingsTexts.dedupWrong,
  });
  return (
    <>
      <PurposeField {...fieldOf(form, "purpose")} hint={settingsTexts.purposeHint} className="sm:col-span-2" />
      <ZoneField control={form.control} name="zone" hint={() => settingsTexts.zoneHint} />
      <TextField {...dedup} label={settingsTexts.dedup} inputMode="decimal" />
      <p className="text-sm text-muted-foreground sm:col-span-2">{settingsTexts.dedupHint}</p>
      {zone !== begun.zone && (
        <Alert variant="warning" role="status" className="sm:col-span-2">
          <TriangleAlert aria-hidden="true" />
          <p>{settingsTexts.zoneChange(zone)}</p>
        </Alert>
      )}
    </>
  );
}
