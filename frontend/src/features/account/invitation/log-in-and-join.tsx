import { Link } from "@tanstack/react-router";
import type { BrowserSession } from "@/client";
import { LoginForm } from "@/components/login-form";
import { PublicPage } from "@/components/public-page";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { useKeepSession } from "@/lib/session";
import { accountTexts } from "@/texts/account";
import { isLinkDead, textLinkClasses } from "../public-pages";
import { useAcceptInvitation } from "../queries/accept-invitation";
import { type InvitationProps, invitedTo, OtherAccountNotice } from "./invitation-parts";

/** For who has an account with the invited address, and is not logged in with it here. */
export function LogInAndJoin({
  token,
  invitation,
  otherEmail,
  isAddressTaken,
  onHasNoAccount,
  onDead,
  onJoined,
}: InvitationProps & { otherEmail: string | null; isAddressTaken: boolean; onHasNoAccount: () => void }) {
  const keepSession = useKeepSession();
  const accept = useAcceptInvitation();
  const join = async (session: BrowserSession) => {
    keepSession(session);
    try {
      await accept.mutateAsync(token);
      onJoined();
    } catch (error) {
      // What else can go wrong is said beside the button to join, which now stands here.
      if (isLinkDead(error)) onDead();
    }
  };
  return (
    <PublicPage
      title={accountTexts.invitationTitle(invitation.station_name)}
      description={`${invitedTo(invitation)} ${accountTexts.logInAs(invitation.email)}`}
    >
      {isAddressTaken && <Alert variant="info">{accountTexts.addressTaken}</Alert>}
      <OtherAccountNotice otherEmail={otherEmail} invitedEmail={invitation.email} />
      <LoginForm email={invitation.email} submitLabel={accountTexts.logInAndJoin} onLoggedIn={join}>
        <Link to="/recover-password" className={`self-end text-sm ${textLinkClasses}`}>
          {accountTexts.forgotPassword}
        </Link>
      </LoginForm>
      <Button variant="outline" onClick={onHasNoAccount}>
        {accountTexts.iHaveNoAccount}
      </Button>
    </PublicPage>
  );
}
