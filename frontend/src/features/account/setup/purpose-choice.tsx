import { useId } from "react";
import { FormError } from "@/components/form-error";
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
          <label
            key={purpose}
            className="flex cursor-pointer items-start gap-3 rounded-md border border-input bg-card px-3 py-2.5 has-checked:border-primary has-checked:bg-accent has-focus-visible:ring-2 has-focus-visible:ring-ring"
          >
            <input {...registration} type="radio" value={purpose} className="mt-1 size-4 accent-primary outline-none" />
            <span className="flex flex-col">
              <span className="text-sm font-medium">{purposeTexts[purpose].name}</span>
              <span className="text-sm text-muted-foreground">{purposeTexts[purpose].hint}</span>
            </span>
          </label>
        ))}
      </div>
      <FormError message={error} />
    </div>
  );
}
