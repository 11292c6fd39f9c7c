import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, useNavigate } from "@tanstack/react-router";
import { useForm } from "react-hook-form";
import { PublicPage } from "@/components/public-page";
import { Button } from "@/components/ui/button";
import { showProblem } from "@/lib/form-errors";
import { notify } from "@/lib/notify";
import { accountTexts } from "@/texts/account";
import { confirmationRules, emailRules, newPasswordRules } from "./field-rules";
import { EmailField, FormError, FullNameField, PasswordField } from "./form-parts";
import { LoadingPage, LogInButton, textLinkClasses, UnreachablePage } from "./public-pages";
import { setupStateQuery } from "./queries/read-setup-state";
import { useRegister } from "./queries/register";

/** Makes an account, where the server lets everybody do so. */
export function SignupScreen() {
  const { data: state, error, refetch } = useQuery(setupStateQuery());
  if (error !== null) return <UnreachablePage error={error} onRetry={() => void refetch()} />;
  if (state === undefined) return <LoadingPage title={accountTexts.signUpTitle} />;
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
  const { register, handleSubmit, setError, formState } = useForm({
    defaultValues: { full_name: "", email: "", password: "", confirmation: "" },
  });
  const { errors, isSubmitting } = formState;

  const submit = handleSubmit(async ({ full_name, email, password }) => {
    try {
      const { message } = await signUp.mutateAsync({ full_name, email, password });
      notify.success(message);
      await navigate({ to: "/login" });
    } catch (error) {
      showProblem(error, { setError, fields: ["full_name", "email", "password"] });
    }
  });

  return (
    <PublicPage title={accountTexts.signUpTitle}>
      <form onSubmit={submit} noValidate={true} className="flex flex-col gap-4">
        <FullNameField
          registration={register("full_name", {
            validate: (name) => name.trim() !== "" || accountTexts.fullNameRequired,
          })}
          error={errors.full_name?.message}
        />
        <EmailField registration={register("email", emailRules)} error={errors.email?.message} />
        <PasswordField
          label={accountTexts.password}
          testId="password-input"
          hint={accountTexts.passwordHint}
          registration={register("password", newPasswordRules)}
          error={errors.password?.message}
        />
        <PasswordField
          label={accountTexts.confirmPassword}
          testId="confirm-password-input"
          registration={register("confirmation", confirmationRules("password"))}
          error={errors.confirmation?.message}
        />
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
