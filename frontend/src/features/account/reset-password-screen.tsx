import { Link, Navigate, useNavigate } from "@tanstack/react-router";
import { useForm } from "react-hook-form";
import { ConfirmPasswordField, NewPasswordField } from "@/components/account-fields";
import { FormError } from "@/components/form-error";
import { PublicPage } from "@/components/public-page";
import { Button } from "@/components/ui/button";
import { fieldOf } from "@/lib/field-of";
import { confirmationRules, newPasswordRules } from "@/lib/field-rules";
import { showProblem } from "@/lib/form-errors";
import { notify } from "@/lib/notify";
import { accountTexts } from "@/texts/account";
import { useLinkToken } from "./link-token";
import { DeadLinkPage, isLinkDead } from "./public-pages";
import { useResetPassword } from "./queries/reset-password";

/** Chooses a new password by the link of a mail. Mails that only tell of a change lead here without a token. */
export function ResetPasswordScreen() {
  const { token } = useLinkToken();
  if (token === "") return <Navigate to="/recover-password" replace={true} />;
  return <ResetForm key={token} token={token} />;
}

function ResetForm({ token }: { token: string }) {
  const navigate = useNavigate();
  const reset = useResetPassword();
  const form = useForm({ defaultValues: { new_password: "", confirmation: "" } });
  const { errors, isSubmitting } = form.formState;

  const submit = form.handleSubmit(async ({ new_password }) => {
    try {
      await reset.mutateAsync({ token, new_password });
      notify.success(accountTexts.passwordUpdated, { description: accountTexts.passwordResetMore });
      // In the place of this page: its address holds the token.
      await navigate({ to: "/login", replace: true });
    } catch (error) {
      if (!isLinkDead(error)) showProblem(error, { setError: form.setError, fields: ["new_password"] });
    }
  });

  if (isLinkDead(reset.error)) {
    return (
      <DeadLinkPage>
        <Button asChild={true} className="self-start">
          <Link to="/recover-password">{accountTexts.askNewLink}</Link>
        </Button>
      </DeadLinkPage>
    );
  }
  return (
    <PublicPage title={accountTexts.resetTitle} description={accountTexts.resetHint}>
      <form onSubmit={submit} noValidate={true} className="flex flex-col gap-4">
        <NewPasswordField {...fieldOf(form, "new_password", newPasswordRules)} />
        <ConfirmPasswordField {...fieldOf(form, "confirmation", confirmationRules("new_password"))} />
        <FormError message={errors.root?.message} />
        <Button type="submit" size="lg" disabled={isSubmitting}>
          {accountTexts.resetSubmit}
        </Button>
      </form>
    </PublicPage>
  );
}
