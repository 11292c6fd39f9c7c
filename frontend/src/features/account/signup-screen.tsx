import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, useNavigate } from "@tanstack/react-router";
import { useForm } from "react-hook-form";
import { ConfirmPasswordField, EmailField, FirstPasswordField, FullNameField } from "@/components/account-fields";
import { FormError } from "@/components/form-error";
import { PublicPage } from "@/components/public-page";
import { Button } from "@/components/ui/button";
import { fieldOf } from "@/lib/field-of";
import { confirmationRules, emailRules, newPasswordRules } from "@/lib/field-rules";
import { showProblem } from "@/lib/form-errors";
import { notify } from "@/lib/notify";
import { accountTexts } from "@/texts/account";
import { LoadingPage, LogInButton, textLinkClasses, UnreachablePage } from "./public-pages";
import { setupStateQuery } from "./queries/read-setup-state";
import { useRegister } from "./queries/register";

/** Makes an account, where the server lets everybody do so. */
export function SignupScreen() {
  const { data: state, error, refetch } = useQuery(setupStateQuery());
  // Only where it was never told: what is typed below must outlast a moment without an answer.
  if (state === undefined) {
    if (error !== null) return <UnreachablePage error={error} onRetry={() => void refetch()} />;
    return <LoadingPage title={accountTexts.signUpTitle} />;
  }
  if (state.is_needed) return <Navigate to="/setup" replace={true} />;
  if (state.is_registration_open) return <SignupForm />;
  return (
    <PublicPage title={accountTexts.signUpClosed} description={accountTexts.signUpClosedHint}>
      <LogInButton />
    </PublicPage>
  );
}

function SignupForm() {
  const navigate = useNavigate();
  const signUp = useRegister();
  const form = useForm({ defaultValues: { full_name: "", email: "", password: "", confirmation: "" } });
  const { errors, isSubmitting } = form.formState;

  const submit = form.handleSubmit(async ({ full_name, email, password }) => {
    try {
      const { message } = await signUp.mutateAsync({ full_name, email, password });
      notify.success(message);
      await navigate({ to: "/login" });
    } catch (error) {
      showProblem(error, { setError: form.setError, fields: ["full_name", "email", "password"] });
    }
  });

  return (
    <PublicPage title={accountTexts.signUpTitle}>
      <form onSubmit={submit} noValidate={true} className="flex flex-col gap-4">
        <FullNameField
          {...fieldOf(form, "full_name", {
            validate: (name) => name.trim() !== "" || accountTexts.fullNameRequired,
          })}
        />
        <EmailField {...fieldOf(form, "email", emailRules)} />
        <FirstPasswordField {...fieldOf(form, "password", newPasswordRules)} />
        <ConfirmPasswordField {...fieldOf(form, "confirmation", confirmationRules("password"))} />
        <FormError message={errors.root?.message} />
        <Button type="submit" size="lg" disabled={isSubmitting}>
          {accountTexts.signUpSubmit}
        </Button>
      </form>
      <p className="text-center text-sm text-muted-foreground">
        {accountTexts.haveAccount}{" "}
        <Link to="/login" className={textLinkClasses}>
          {accountTexts.logIn}
        </Link>
      </p>
    </PublicPage>
  );
}
