import type { ComponentProps, ReactNode } from "react";
import { FormField } from "@/components/form-field";
import { PasswordInput } from "@/components/password-input";
import { TextField, type TextFieldProps } from "@/components/text-field";
import type { FieldOfForm } from "@/lib/field-of";
import { accountTexts } from "@/texts/account";

const MAX_EMAIL_LENGTH = 320;
const MAX_NAME_LENGTH = 255;

type FieldProps = FieldOfForm &
  Pick<ComponentProps<"input">, "autoComplete" | "placeholder" | "readOnly"> & { hint?: ReactNode };

export function EmailField({ label = accountTexts.email, ...field }: TextFieldProps & { label?: string }) {
  return (
    <TextField
      label={label}
      data-testid="email-input"
      type="email"
      autoComplete="username"
      maxLength={MAX_EMAIL_LENGTH}
      {...field}
    />
  );
}

export function FullNameField(field: TextFieldProps) {
  return (
    <TextField
      label={accountTexts.fullName}
      data-testid="full-name-input"
      autoComplete="name"
      maxLength={MAX_NAME_LENGTH}
      {...field}
    />
  );
}

function PasswordField({
  registration,
  error,
  hint,
  label,
  testId,
  ...input
}: FieldProps & { label: string; testId: string }) {
  return (
    <FormField label={label} hint={hint} error={error}>
      {(props) => (
        <PasswordInput {...props} {...registration} data-testid={testId} autoComplete="new-password" {...input} />
      )}
    </FormField>
  );
}

/** The password of an account that is there, said by its owner once more. */
export function CurrentPasswordField(field: FieldProps) {
  return (
    <PasswordField
      label={accountTexts.currentPassword}
      testId="current-password-input"
      autoComplete="current-password"
      {...field}
    />
  );
}

/** The password of an account that is being made. */
export function FirstPasswordField(field: FieldProps) {
  return (
    <PasswordField label={accountTexts.password} testId="password-input" hint={accountTexts.passwordHint} {...field} />
  );
}

/** Another password for an account that is there. */
export function NewPasswordField(field: FieldProps) {
  return (
    <PasswordField
      label={accountTexts.newPassword}
      testId="new-password-input"
      hint={accountTexts.passwordHint}
      {...field}
    />
  );
}

/** The same password once more, so that no slip of a finger locks anybody out. */
export function ConfirmPasswordField(field: FieldProps) {
  return <PasswordField label={accountTexts.confirmPassword} testId="confirm-password-input" {...field} />;
}

/** So that a browser that keeps passwords keeps the one of this form for the right address. */
export function HiddenAddress({ email }: { email: string }) {
  return <input type="email" autoComplete="username" value={email} readOnly={true} hidden={true} />;
}
