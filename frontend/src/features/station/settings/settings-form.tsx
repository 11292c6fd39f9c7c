import { TriangleAlert } from "lucide-react";
import { Controller, type UseFormReturn, useForm } from "react-hook-form";
import type { Purpose, StationPublic, StationUpdate } from "@/client";
import { FormField } from "@/components/form-field";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { NativeSelect } from "@/components/ui/native-select";
import { ZonePicker } from "@/components/zone-picker";
import { showProblem } from "@/lib/form-errors";
import { notify } from "@/lib/notify";
import { purposeTexts } from "@/texts/purposes";
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
const PURPOSES = Object.keys(purposeTexts) as Purpose[];
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
      {errors.root && (
        <p role="alert" className="text-sm text-destructive">
          {errors.root.message}
        </p>
      )}
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

function WhoItIs({ form: { register, formState } }: { form: UseFormReturn<Values> }) {
  const { errors } = formState;
  const optional = { isOptional: true, optionalLabel: settingsTexts.optional };
  return (
    <>
      <FormField label={settingsTexts.name} error={errors.name?.message} className="sm:col-span-2">
        {(props) => (
          <Input
            {...props}
            {...register("name", { validate: (name) => name.trim() !== "" || settingsTexts.nameRequired })}
            maxLength={200}
            autoComplete="off"
          />
        )}
      </FormField>
      <FormField label={settingsTexts.callSign} error={errors.call_sign?.message} {...optional}>
        {(props) => <Input {...props} {...register("call_sign")} maxLength={40} autoComplete="off" />}
      </FormField>
      <FormField label={settingsTexts.community} error={errors.community?.message} {...optional}>
        {(props) => <Input {...props} {...register("community")} maxLength={200} autoComplete="off" />}
      </FormField>
    </>
  );
}

function HowItCounts({
  form: { register, formState, control, watch },
  station,
}: {
  form: UseFormReturn<Values>;
  station: StationPublic;
}) {
  const { errors } = formState;
  const zone = watch("zone");
  return (
    <>
      <FormField
        label={settingsTexts.purpose}
        hint={settingsTexts.purposeHint}
        error={errors.purpose?.message}
        className="sm:col-span-2"
      >
        {(props) => (
          <NativeSelect {...props} {...register("purpose")} className="h-10">
            {PURPOSES.map((purpose) => (
              <option key={purpose} value={purpose}>
                {purposeTexts[purpose].name}
              </option>
            ))}
          </NativeSelect>
        )}
      </FormField>
      <FormField label={settingsTexts.zone} hint={settingsTexts.zoneHint} error={errors.zone?.message}>
        {(props) => (
          <Controller
            control={control}
            name="zone"
            render={({ field }) => <ZonePicker {...props} value={field.value} onChange={field.onChange} />}
          />
        )}
      </FormField>
      <FormField label={settingsTexts.dedup} error={errors.dedup_window_ms?.message}>
        {(props) => (
          <Input
            {...props}
            {...register("dedup_window_ms", { validate: (typed) => isWindow(typed) || settingsTexts.dedupWrong })}
            inputMode="decimal"
            autoComplete="off"
            className="tabular-nums"
          />
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
