import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { type BrowserSession, loginCreateSession } from "@/client";
import { EmailField } from "@/components/account-fields";
import { FormError } from "@/components/form-error";
import { FormField } from "@/components/form-field";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { fieldOf } from "@/lib/field-of";
import { emailRules } from "@/lib/field-rules";
import { showProblem } from "@/lib/form-errors";
import { Problem } from "@/lib/problem";
import { accountTexts } from "@/texts/account";

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
  const form = useForm({ defaultValues: { username: email, password: "" } });
  const { errors, isSubmitting } = form.formState;

  const submit = form.handleSubmit(async (values) => {
    try {
      onLoggedIn(await loginCreateSession({ body: values }));
    } catch (error) {
      if (error instanceof Problem && error.code === "invalid_credentials") {
        form.setError("root", { message: accountTexts.incorrect });
      } else showProblem(error, { setError: form.setError, fields: ["username", "password"] });
    }
  });

  return (
    <form onSubmit={submit} noValidate={true} className="flex flex-col gap-4">
      <EmailField {...fieldOf(form, "username", emailRules)} placeholder={accountTexts.email} readOnly={email !== ""} />
      <FormField label={accountTexts.password} error={errors.password?.message}>
        {(props) => (
          <Input
            {...props}
            {...form.register("password", { required: accountTexts.passwordRequired })}
            data-testid="password-input"
            type="password"
            autoComplete="current-password"
            placeholder={accountTexts.password}
          />
        )}
      </FormField>
      {children}
      <FormError message={errors.root?.message} />
      <Button type="submit" size="lg" disabled={isSubmitting}>
        {submitLabel}
      </Button>
    </form>
  );
}
