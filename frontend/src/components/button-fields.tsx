import type { ComponentProps, ReactNode } from "react";
import { FormField } from "@/components/form-field";
import { Input } from "@/components/ui/input";
import type { FieldOfForm } from "@/lib/field-of";
import { buttonFieldTexts } from "@/texts/button-fields";

const MAX_TITLE_LENGTH = 200;

export function ButtonTitleField({
  registration,
  error,
  hint,
  className,
  ...input
}: FieldOfForm & { hint?: ReactNode; className?: string } & Pick<ComponentProps<"input">, "onFocus">) {
  return (
    <FormField label={buttonFieldTexts.title} hint={hint} error={error} className={className}>
      {(props) => (
        <Input
          {...props}
          {...registration}
          data-testid="title-input"
          autoComplete="off"
          maxLength={MAX_TITLE_LENGTH}
          {...input}
        />
      )}
    </FormField>
  );
}
