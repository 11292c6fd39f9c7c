import type { FieldPath, FieldValues, RegisterOptions, UseFormRegisterReturn, UseFormReturn } from "react-hook-form";

/** What ties an input to its form: how it is registered there, and what is wrong with what was typed. */
export type FieldOfForm = { registration: UseFormRegisterReturn; error: string | undefined };

export function fieldOf<Values extends FieldValues, Name extends FieldPath<Values>>(
  { register, getFieldState, formState }: UseFormReturn<Values>,
  name: Name,
  rules?: RegisterOptions<Values, Name>,
): FieldOfForm {
  return { registration: register(name, rules), error: getFieldState(name, formState).error?.message };
}
