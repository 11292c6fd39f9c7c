import type { ComponentProps, ReactNode } from "react";
import { FormField } from "@/components/form-field";
import { Input } from "@/components/ui/input";
import type { FieldOfForm } from "@/lib/field-of";

export type TextFieldProps = FieldOfForm &
  Omit<ComponentProps<typeof Input>, "ref" | "name"> & { hint?: ReactNode; isOptional?: boolean };

/** A line of text in a form; `className` is that of the whole field. */
export function TextField({
  label,
  registration,
  error,
  hint,
  isOptional,
  className,
  ...input
}: TextFieldProps & { label: ReactNode }) {
  return (
    <FormField label={label} hint={hint} error={error} isOptional={isOptional} className={className}>
      {(props) => <Input {...props} {...registration} autoComplete="off" {...input} />}
    </FormField>
  );
}
