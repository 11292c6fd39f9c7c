import { useForm } from "react-hook-form";
import { PublicPage } from "@/components/public-page";
import { Button } from "@/components/ui/button";
import { showProblem } from "@/lib/form-errors";
import { Problem } from "@/lib/problem";
import { accountTexts } from "@/texts/account";
import { newPasswordRules } from "../field-rules";
import { FormError, FullNameField, PasswordField } from "../form-parts";
import { isLinkDead } from "../public-pages";
import { useRegisterByInvitation } from "../queries/register-by-invitation";
import { type InvitationProps, invitedTo, OtherAccountNotice } from "./invitation-parts";

/** For who has no account: it is made for the invited address. */
export function RegisterAndJoin({
  token,
  invitation,
  otherEmail,
  onHasAccount,
  onAddressTaken,
  onDead,
  onJoined,
}: InvitationProps & { otherEmail: string | null; onHasAccount: () => void; onAddressTaken: () => void }) {
  const registerByInvitation = useRegisterByInvitation();
  const { register, handleSubmit, setError, formState } = useForm({
    defaultValues: { full_name: "", password: "" },
  });
  const { errors, isSubmitting } = formState;

  const submit = handleSubmit(async (values) => {
    try {
      await registerByInvitation.mutateAsync({ token, ...values });
      onJoined();
    } catch (error) {
      if (isLinkDead(error)) onDead();
      else if (error instanceof Problem && error.code === "email_taken") onAddressTaken();
      else showProblem(error, { setError, fields: ["full_name", "password"] });
    }
  });

  return (
    <PublicPage
      title={accountTexts.invitationTitle(invitation.station_name)}
      description={`${invitedTo(invitation)} ${accountTexts.makeAccountFor(invitation.email)}`}
    >
      <OtherAccountNotice otherEmail={otherEmail} invitedEmail={invitation.email} />
      <form onSubmit={submit} noValidate={true} className="flex flex-col gap-4">
        {/* So that a browser that keeps passwords keeps this one for the right address. */}
        <input
          type="email"
          autoComplete="username"
          value={invitation.email}
          readOnly={true}
          hidden={true}
          aria-label={accountTexts.email}
        />
        <FullNameField
          isOptional={true}
          hint={accountTexts.nameHint}
          registration={register("full_name")}
          error={errors.full_name?.message}
        />
        <PasswordField
          label={accountTexts.password}
          testId="password-input"
          hint={accountTexts.passwordHint}
          registration={register("password", newPasswordRules)}
          error={errors.password?.message}
        />
        <FormError message={errors.root?.message} />
        <Button type="submit" size="lg" disabled={isSubmitting}>
          {accountTexts.makeAccountAndJoin}
        </Button>
      </form>
      <Button variant="outline" onClick={onHasAccount}>
        {accountTexts.iHaveAccount}
      </Button>
    </PublicPage>
  );
}
