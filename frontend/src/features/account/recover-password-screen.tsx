import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { EmailField } from "@/components/account-fields";
import { FormError } from "@/components/form-error";
import { PublicPage } from "@/components/public-page";
import { Button } from "@/components/ui/button";
import { fieldOf } from "@/lib/field-of";
import { emailRules } from "@/lib/field-rules";
import { showProblem } from "@/lib/form-errors";
import { accountTexts } from "@/texts/account";
import { textLinkClasses } from "./public-pages";
import { useRecoverPassword } from "./queries/recover-password";

/** Asks for a link to choose a new password. What is said is the same for an address without an account. */
export function RecoverPasswordScreen() {
  const [asked, setAsked] = useState<string | null>(null);
  return asked === null ? <AskForm onAsked={setAsked} /> : <Asked email={asked} onAskAgain={() => setAsked(null)} />;
}

function AskForm({ onAsked }: { onAsked: (email: string) => void }) {
  const recover = useRecoverPassword();
  const form = useForm({ defaultValues: { email: "" } });
  const { errors, isSubmitting } = form.formState;

  const submit = form.handleSubmit(async ({ email }) => {
    try {
      await recover.mutateAsync(email.trim());
      onAsked(email.trim());
    } catch (error) {
      showProblem(error, { setError: form.setError, fields: ["email"] });
    }
  });

  return (
    <PublicPage title={accountTexts.recoverTitle} description={accountTexts.recoverHint}>
      <form onSubmit={submit} noValidate={true} className="flex flex-col gap-4">
        <EmailField {...fieldOf(form, "email", emailRules)} />
        <FormError message={errors.root?.message} />
        <Button type="submit" size="lg" disabled={isSubmitting}>
          {accountTexts.continue}
        </Button>
      </form>
      <BackToLogin />
    </PublicPage>
  );
}

function Asked({ email, onAskAgain }: { email: string; onAskAgain: () => void }) {
  return (
    <PublicPage title={accountTexts.askedTitle} description={accountTexts.askedHint(email)}>
      <Button variant="outline" className="self-start" onClick={onAskAgain}>
        {accountTexts.askAgain}
      </Button>
      <BackToLogin />
    </PublicPage>
  );
}

function BackToLogin() {
  return (
    <p className="text-sm">
      <Link to="/login" className={textLinkClasses}>
        {accountTexts.backToLogin}
      </Link>
    </p>
  );
}
