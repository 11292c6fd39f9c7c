import { useQuery } from "@tanstack/react-query";
import { MailPlus, UserPlus } from "lucide-react";
import { useState } from "react";
import type { InvitationSent } from "@/client";
import { EmptyFace, ErrorFace, RowsSkeleton } from "@/components/faces";
import { type InvitationLink, InvitationLinkDialog } from "@/components/invitation-link-dialog";
import { Button } from "@/components/ui/button";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { notify } from "@/lib/notify";
import { useStation } from "@/lib/station";
import { invitationsTexts } from "@/texts/station";
import { invitationsQuery } from "../queries/list-invitations";
import { InvitationRow } from "./invitation-row";
import { InviteDialog } from "./invite-dialog";

/** Who was asked to become a member, and asking more. */
export function InvitationsCard() {
  const station = useStation();
  const [isInviting, setInviting] = useState(false);
  const [link, setLink] = useState<InvitationLink | null>(null);
  const { data: invitations, error, refetch } = useQuery(invitationsQuery(station.id));

  /** Where no mail is sent, the link is there once. */
  const onSent = ({ email, invitation_link: sent }: InvitationSent) => {
    setInviting(false);
    if (sent === null) notify.success(invitationsTexts.sent(email));
    else setLink({ email, link: sent });
  };

  return (
    <Card>
      <CardHeader className="gap-y-3">
        <div>
          <CardTitle>{invitationsTexts.title}</CardTitle>
          <CardDescription>{invitationsTexts.hint}</CardDescription>
        </div>
        <Button onClick={() => setInviting(true)}>
          <UserPlus aria-hidden="true" />
          {invitationsTexts.invite}
        </Button>
      </CardHeader>
      {invitations === undefined ? (
        error === null ? (
          <RowsSkeleton rows={2} rowClassName="h-14" />
        ) : (
          <ErrorFace error={error} onRetry={() => void refetch()} />
        )
      ) : invitations.length === 0 ? (
        <EmptyFace
          icon={MailPlus}
          title={invitationsTexts.empty}
          description={invitationsTexts.emptyHint}
          className="py-8"
        />
      ) : (
        <ul className="divide-y">
          {invitations.map((invitation) => (
            <InvitationRow key={invitation.id} invitation={invitation} onSent={onSent} />
          ))}
        </ul>
      )}
      {isInviting && <InviteDialog onSent={onSent} onClose={() => setInviting(false)} />}
      {link && <InvitationLinkDialog invitation={link} onClose={() => setLink(null)} />}
    </Card>
  );
}
