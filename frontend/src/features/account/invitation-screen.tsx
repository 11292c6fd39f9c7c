import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { InvitationShown } from "@/client";
import { PublicPage } from "@/components/public-page";
import { useMaybeUser } from "@/lib/session";
import { accountTexts } from "@/texts/account";
import { roleTexts } from "@/texts/roles";
import { Invitation } from "./invitation/invitation";
import { useLinkToken } from "./link-token";
import { DeadLinkPage, GoTodayButton, isLinkDead, LoadingPage, LogInButton, UnreachablePage } from "./public-pages";
import { invitationQuery } from "./queries/read-invitation";

/** Joins a station by the link of a mail, with an account or by making one. */
export function InvitationScreen() {
  const { token, forget } = useLinkToken();
  if (token === "") return <DeadLinkPage hint={accountTexts.invitationDead} />;
  return <OpenedInvitation key={token} token={token} onDone={forget} />;
}

function OpenedInvitation({ token, onDone }: { token: string; onDone: () => void }) {
  const { data, error, refetch } = useQuery(invitationQuery(token));
  // Kept here: a login forgets what was fetched for somebody else, and once accepted it cannot be read again.
  const [invitation, setInvitation] = useState<InvitationShown | null>(null);
  const [end, setEnd] = useState<"joined" | "dead" | null>(null);
  if (invitation === null && data !== undefined) setInvitation(data);

  if (end === "dead" || (invitation === null && isLinkDead(error))) {
    return <DeadLinkPage hint={accountTexts.invitationDead} />;
  }
  if (invitation !== null && end === "joined") return <Joined invitation={invitation} />;
  if (invitation !== null) {
    return (
      <Invitation
        token={token}
        invitation={invitation}
        onDead={() => setEnd("dead")}
        onJoined={() => {
          setEnd("joined");
          onDone();
        }}
      />
    );
  }
  if (error !== null) return <UnreachablePage error={error} onRetry={() => void refetch()} />;
  return <LoadingPage title={accountTexts.invitationLoading} />;
}

function Joined({ invitation }: { invitation: InvitationShown }) {
  const role = roleTexts[invitation.role].one;
  // The account is there even where the login to it was refused, and then this browser may be somebody else's.
  const isLoggedIn = useMaybeUser()?.email === invitation.email;
  return (
    <PublicPage title={accountTexts.joinedTitle} description={accountTexts.joinedHint(role, invitation.station_name)}>
      {isLoggedIn ? <GoTodayButton label={accountTexts.goOn} /> : <LogInButton />}
    </PublicPage>
  );
}
