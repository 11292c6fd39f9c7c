import { useId } from "react";
import { FormError } from "@/components/form-error";
import { RadioCard } from "@/components/radio-card";
import type { FieldOfForm } from "@/lib/field-of";
import { PURPOSES, purposeTexts } from "@/texts/purposes";
import { setupTexts } from "@/texts/setup";

/** What a station is for: it sets defaults and wording. */
export function PurposeChoice({ registration, error }: FieldOfForm) {
  const labelId = useId();
  return (
    <div role="radiogroup" aria-labelledby={labelId} className="flex flex-col gap-1.5">
      <p id={labelId} className="text-sm font-medium">
        {setupTexts.purpose}
      </p>
      <div className="grid grid-cols-1 gap-2 sm:grid-cols-2">
        {PURPOSES.map((purpose) => (
          <RadioCard
            key={purpose}
            {...registration}
            value={purpose}
            label={purposeTexts[purpose].name}
            hint={purposeTexts[purpose].hint}
          />
        ))}
      </div>
      <FormError message={error} />
    </div>
  );
}
