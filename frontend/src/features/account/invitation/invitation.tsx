import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { FormError } from "@/components/form-error";
import { PublicPage } from "@/components/public-page";
import { Button } from "@/components/ui/button";
import { messageOf } from "@/lib/problem";
import { sessionQuery } from "@/lib/session";
import { accountTexts } from "@/texts/account";
import { isLinkDead, LoadingPage, UnreachablePage } from "../public-pages";
import { useAcceptInvitation } from "../queries/accept-invitation";
import { type InvitationProps, invitedTo } from "./invitation-parts";
import { LogInAndJoin } from "./log-in-and-join";
import { RegisterAndJoin } from "./register-and-join";

/** One of three ways in: for who is logged in with the invited address, for who has an account, and for who has none. */
export function Invitation(props: InvitationProps) {
  const { invitation } = props;
  const session = useQuery(sessionQuery());
  const [way, setWay] = useState<"register" | "log in" | "address taken">("register");

  if (session.error !== null) return <UnreachablePage error={session.error} onRetry={() => void session.refetch()} />;
  if (session.data === undefined) return <LoadingPage title={accountTexts.invitationLoading} />;
  const user = session.data?.user ?? null;
  if (user?.email === invitation.email) return <Join {...props} />;
  const otherEmail = user?.email ?? null;
  return way === "register" ? (
    <RegisterAndJoin
      {...props}
      otherEmail={otherEmail}
      onHasAccount={() => setWay("log in")}
      onAddressTaken={() => setWay("address taken")}
    />
  ) : (
    <LogInAndJoin
      {...props}
      otherEmail={otherEmail}
      isAddressTaken={way === "address taken"}
      onHasNoAccount={() => setWay("register")}
    />
  );
}

function Join({ token, invitation, onDead, onJoined }: InvitationProps) {
  const accept = useAcceptInvitation();
  const join = () =>
    accept.mutate(token, {
      onSuccess: onJoined,
      onError: (error) => {
        if (isLinkDead(error)) onDead();
      },
    });
  return (
    <PublicPage
      title={accountTexts.invitationTitle(invitation.station_name)}
      description={`${invitedTo(invitation)} ${accountTexts.loggedInAs(invitation.email)}`}
    >
      <FormError message={accept.isError ? messageOf(accept.error) : undefined} />
      <Button size="lg" disabled={accept.isPending} onClick={join}>
        {accountTexts.join}
      </Button>
    </PublicPage>
  );
}
