import type { ReactNode } from "react";
import type { UseFormRegisterReturn } from "react-hook-form";
import { FormField } from "@/components/form-field";
import { PasswordInput } from "@/components/password-input";
import { Input } from "@/components/ui/input";
import { accountTexts } from "@/texts/account";
import { MAX_EMAIL_LENGTH, MAX_NAME_LENGTH } from "./field-rules";

type FieldProps = {
  registration: UseFormRegisterReturn;
  error: string | undefined;
  hint?: ReactNode;
};

export function EmailField({ registration, error, hint }: FieldProps) {
  return (
    <FormField label={accountTexts.email} hint={hint} error={error}>
      {(props) => (
        <Input
          {...props}
          {...registration}
          data-testid="email-input"
          type="email"
          autoComplete="username"
          maxLength={MAX_EMAIL_LENGTH}
        />
      )}
    </FormField>
  );
}

export function FullNameField({ registration, error, hint, isOptional }: FieldProps & { isOptional?: boolean }) {
  return (
    <FormField
      label={accountTexts.fullName}
      isOptional={isOptional}
      optionalLabel={accountTexts.optional}
      hint={hint}
      error={error}
    >
      {(props) => (
        <Input
          {...props}
          {...registration}
          data-testid="full-name-input"
          autoComplete="name"
          maxLength={MAX_NAME_LENGTH}
        />
      )}
    </FormField>
  );
}

export function PasswordField({
  registration,
  error,
  hint,
  label,
  testId,
  autoComplete = "new-password",
}: FieldProps & { label: string; testId: string; autoComplete?: "new-password" | "current-password" }) {
  return (
    <FormField label={label} hint={hint} error={error}>
      {(props) => <PasswordInput {...props} {...registration} data-testid={testId} autoComplete={autoComplete} />}
    </FormField>
  );
}

/** What is wrong with a form as a whole. */
export function FormError({ message }: { message: string | undefined }) {
  return (
    message && (
      <p role="alert" className="text-sm text-destructive">
        {message}
      </p>
    )
  );
}
