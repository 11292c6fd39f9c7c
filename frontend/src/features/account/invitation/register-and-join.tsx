import { useForm } from "react-hook-form";
import { FirstPasswordField, FullNameField, HiddenAddress } from "@/components/account-fields";
import { FormError } from "@/components/form-error";
import { PublicPage } from "@/components/public-page";
import { Button } from "@/components/ui/button";
import { fieldOf } from "@/lib/field-of";
import { newPasswordRules } from "@/lib/field-rules";
import { showProblem } from "@/lib/form-errors";
import { Problem } from "@/lib/problem";
import { accountTexts } from "@/texts/account";
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
  const form = useForm({ defaultValues: { full_name: "", password: "" } });
  const { errors, isSubmitting } = form.formState;

  const submit = form.handleSubmit(async (values) => {
    try {
      await registerByInvitation.mutateAsync({ token, ...values });
      onJoined();
    } catch (error) {
      if (isLinkDead(error)) onDead();
      else if (error instanceof Problem && error.code === "email_taken") onAddressTaken();
      else showProblem(error, { setError: form.setError, fields: ["full_name", "password"] });
    }
  });

  return (
    <PublicPage
      title={accountTexts.invitationTitle(invitation.station_name)}
      description={`${invitedTo(invitation)} ${accountTexts.makeAccountFor(invitation.email)}`}
    >
      <OtherAccountNotice otherEmail={otherEmail} invitedEmail={invitation.email} />
      <form onSubmit={submit} noValidate={true} className="flex flex-col gap-4">
        <HiddenAddress email={invitation.email} />
        <FullNameField {...fieldOf(form, "full_name")} isOptional={true} hint={accountTexts.nameHint} />
        <FirstPasswordField {...fieldOf(form, "password", newPasswordRules)} />
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
