import { TriangleAlert } from "lucide-react";
import { type UseFormReturn, useForm } from "react-hook-form";
import type { Purpose, StationPublic, StationUpdate } from "@/client";
import { FormError } from "@/components/form-error";
import { FormField } from "@/components/form-field";
import { CallSignField, PurposeField, StationNameField, ZoneField } from "@/components/station-fields";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { fieldOf } from "@/lib/field-of";
import { stationNameRules } from "@/lib/field-rules";
import { showProblem } from "@/lib/form-errors";
import { notify } from "@/lib/notify";
import { settingsTexts } from "@/texts/station";
import { stationFieldTexts } from "@/texts/station-fields";
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

const valuesOf = (station: StationPublic): Values => ({
  name: station.name,
  purpose: station.purpose,
  zone: station.zone,
  call_sign: station.call_sign ?? "",
  community: station.community ?? "",
  dedup_window_ms: String(station.dedup_window_ms / 1000),
});

/** Some write a comma. */
const secondsOf = (typed: string): number => (typed.trim() === "" ? Number.NaN : Number(typed.replace(",", ".")));

const isWindow = (typed: string): boolean => secondsOf(typed) >= 0 && secondsOf(typed) <= MAX_DEDUP_S;

/** Only what is another one now: two owners may be at it at once. */
function changesOf(values: Values, station: StationPublic): StationUpdate {
  const wanted = {
    ...values,
    name: values.name.trim(),
    call_sign: values.call_sign.trim() || null,
    community: values.community.trim() || null,
    dedup_window_ms: Math.round(secondsOf(values.dedup_window_ms) * 1000),
  };
  const changed = FIELDS.filter((field) => wanted[field] !== station[field]);
  return Object.fromEntries(changed.map((field) => [field, wanted[field]]));
}

export function SettingsForm({ station }: { station: StationPublic }) {
  const { mutateAsync: update } = useUpdateStation(station.id);
  const form = useForm<Values>({ defaultValues: valuesOf(station) });
  const { errors, isDirty, isSubmitting } = form.formState;

  const submit = form.handleSubmit(async (values) => {
    try {
      const saved = await update(changesOf(values, station));
      form.reset(valuesOf(saved));
      notify.success(settingsTexts.saved);
    } catch (error) {
      showProblem(error, { setError: form.setError, fields: FIELDS });
    }
  });

  return (
    <form onSubmit={submit} noValidate={true} className="flex flex-col gap-5">
      <div className="grid grid-cols-1 gap-x-5 gap-y-4 sm:grid-cols-2">
        <WhoItIs form={form} />
        <HowItCounts form={form} station={station} />
      </div>
      <FormError message={errors.root?.message} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" disabled={!isDirty || isSubmitting}>
          {settingsTexts.save}
        </Button>
        {isDirty && (
          <Button variant="ghost" onClick={() => form.reset(valuesOf(station))}>
            {settingsTexts.reset}
          </Button>
        )}
      </div>
    </form>
  );
}

function WhoItIs({ form }: { form: UseFormReturn<Values> }) {
  const community = fieldOf(form, "community");
  return (
    <>
      <StationNameField {...fieldOf(form, "name", stationNameRules)} className="sm:col-span-2" />
      <CallSignField {...fieldOf(form, "call_sign")} />
      <FormField
        label={settingsTexts.community}
        error={community.error}
        isOptional={true}
        optionalLabel={stationFieldTexts.optional}
      >
        {(props) => <Input {...props} {...community.registration} maxLength={200} autoComplete="off" />}
      </FormField>
    </>
  );
}

function HowItCounts({ form, station }: { form: UseFormReturn<Values>; station: StationPublic }) {
  const zone = form.watch("zone");
  const dedup = fieldOf(form, "dedup_window_ms", {
    validate: (typed) => isWindow(typed) || settingsTexts.dedupWrong,
  });
  return (
    <>
      <PurposeField {...fieldOf(form, "purpose")} hint={settingsTexts.purposeHint} className="sm:col-span-2" />
      <ZoneField control={form.control} name="zone" hint={() => settingsTexts.zoneHint} />
      <FormField label={settingsTexts.dedup} error={dedup.error}>
        {(props) => (
          <Input {...props} {...dedup.registration} inputMode="decimal" autoComplete="off" className="tabular-nums" />
        )}
      </FormField>
      <p className="text-sm text-muted-foreground sm:col-span-2">{settingsTexts.dedupHint}</p>
      {zone !== station.zone && (
        <Alert variant="warning" role="status" className="sm:col-span-2">
          <TriangleAlert aria-hidden="true" />
          <p>{settingsTexts.zoneChange(zone)}</p>
        </Alert>
      )}
    </>
  );
}
