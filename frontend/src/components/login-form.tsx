import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { type BrowserSession, loginCreateSession } from "@/client";
import { FormField } from "@/components/form-field";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { EMAIL_PATTERN } from "@/lib/email";
import { showProblem } from "@/lib/form-errors";
import { Problem } from "@/lib/problem";
import { accountTexts } from "@/texts/account";

type Values = { username: string; password: string };

/** Address and password. `email` is given where it is known who is to log in. */
export function LoginForm({
  email = "",
  submitLabel = accountTexts.logIn,
  onLoggedIn,
  children,
}: {
  email?: string;
  submitLabel?: string;
  onLoggedIn: (session: BrowserSession) => void;
  children?: ReactNode;
}) {
  const { register, handleSubmit, setError, formState } = useForm<Values>({
    defaultValues: { username: email, password: "" },
  });
  const { errors, isSubmitting } = formState;

  const submit = handleSubmit(async (values) => {
    try {
      onLoggedIn(await loginCreateSession({ body: values }));
    } catch (error) {
      if (error instanceof Problem && error.code === "invalid_credentials") {
        setError("root", { message: accountTexts.incorrect });
      } else showProblem(error, { setError, fields: ["username", "password"] });
    }
  });

  return (
    <form onSubmit={submit} noValidate={true} className="flex flex-col gap-4">
      <FormField label={accountTexts.email} error={errors.username?.message}>
        {(props) => (
          <Input
            {...props}
            {...register("username", {
              required: accountTexts.invalidEmail,
              pattern: { value: EMAIL_PATTERN, message: accountTexts.invalidEmail },
            })}
            data-testid="email-input"
            type="email"
            autoComplete="username"
            placeholder={accountTexts.email}
            readOnly={email !== ""}
          />
        )}
      </FormField>
      <FormField label={accountTexts.password} error={errors.password?.message}>
        {(props) => (
          <Input
            {...props}
            {...register("password", { required: accountTexts.passwordRequired })}
            data-testid="password-input"
            type="password"
            autoComplete="current-password"
            placeholder={accountTexts.password}
          />
        )}
      </FormField>
      {children}
      {errors.root && (
        <p role="alert" className="text-sm text-destructive">
          {errors.root.message}
        </p>
      )}
      <Button type="submit" size="lg" disabled={isSubmitting}>
        {submitLabel}
      </Button>
    </form>
  );
}
