import type { ReactNode } from "react";
import { type Control, Controller, type FieldPath, type FieldValues } from "react-hook-form";
import { FormField } from "@/components/form-field";
import { TextField, type TextFieldProps } from "@/components/text-field";
import { NativeSelect } from "@/components/ui/native-select";
import { ZonePicker } from "@/components/zone-picker";
import type { FieldOfForm } from "@/lib/field-of";
import { PURPOSES, purposeTexts } from "@/texts/purposes";
import { stationFieldTexts } from "@/texts/station-fields";

const MAX_NAME_LENGTH = 200;
const MAX_CALL_SIGN_LENGTH = 40;

type FieldProps = FieldOfForm & { hint?: ReactNode; className?: string };

export function StationNameField(field: TextFieldProps) {
  return (
    <TextField label={stationFieldTexts.name} data-testid="station-name-input" maxLength={MAX_NAME_LENGTH} {...field} />
  );
}

export function PurposeField({ registration, error, hint, className }: FieldProps) {
  return (
    <FormField label={stationFieldTexts.purpose} hint={hint} error={error} className={className}>
      {(props) => (
        <NativeSelect {...props} {...registration} className="h-10">
          {PURPOSES.map((purpose) => (
            <option key={purpose} value={purpose}>
              {purposeTexts[purpose].name}
            </option>
          ))}
        </NativeSelect>
      )}
    </FormField>
  );
}

export function CallSignField(field: TextFieldProps) {
  return <TextField label={stationFieldTexts.callSign} isOptional={true} maxLength={MAX_CALL_SIGN_LENGTH} {...field} />;
}

/** `hint` may tell something of the zone that is chosen. */
export function ZoneField<Values extends FieldValues>({
  control,
  name,
  hint,
  className,
}: {
  control: Control<Values>;
  name: FieldPath<Values>;
  hint?: (zone: string) => ReactNode;
  className?: string;
}) {
  return (
    <Controller
      control={control}
      name={name}
      rules={{ required: stationFieldTexts.zoneRequired }}
      render={({ field: { ref, value, onChange }, fieldState: { error } }) => (
        <FormField
          label={stationFieldTexts.zone}
          hint={hint?.(String(value))}
          error={error?.message}
          className={className}
        >
          {(props) => <ZonePicker {...props} ref={ref} value={String(value)} onChange={onChange} />}
        </FormField>
      )}
    />
  );
}
