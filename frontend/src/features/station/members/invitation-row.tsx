import { useState } from "react";
import type { InvitationPublic, InvitationSent } from "@/client";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { formatMoment } from "@/lib/format";
import { notify } from "@/lib/notify";
import { useStation } from "@/lib/station";
import { roleTexts } from "@/texts/roles";
import { invitationsTexts } from "@/texts/station";
import { useRevokeInvitation } from "../queries/revoke-invitation";
import { useSendInvitation } from "../queries/send-invitation";

function aboutOf({ state, expires_at: at }: InvitationPublic, zone: string): string {
  if (state === "expired") return invitationsTexts.expired(formatMoment(at, zone));
  if (state === "without_inviter") return invitationsTexts.withoutInviter;
  return invitationsTexts.pendingUntil(formatMoment(at, zone));
}

/** An invitation that is open: sent again, or revoked. */
export function InvitationRow({
  invitation,
  onSent,
}: {
  invitation: InvitationPublic;
  onSent: (sent: InvitationSent) => void;
}) {
  const station = useStation();
  const [isRevoking, setRevoking] = useState(false);
  const { mutate: send, isPending } = useSendInvitation(station.id);
  const { mutateAsync: revoke } = useRevokeInvitation(station.id);
  const { email, state } = invitation;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0">
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium break-all">{email}</span>
          <Badge variant="outline">{roleTexts[invitation.role].name}</Badge>
          <Badge variant={state === "pending" ? "default" : "warning"}>{invitationsTexts.states[state]}</Badge>
        </div>
        <p className="mt-0.5 text-sm text-muted-foreground tabular-nums">{aboutOf(invitation, station.zone)}</p>
      </div>
      <div className="flex gap-2">
        <Button
          variant="outline"
          size="sm"
          className="h-9"
          aria-label={invitationsTexts.againFor(email)}
          disabled={isPending}
          onClick={() => send(invitation.id, { onSuccess: onSent })}
        >
          {invitationsTexts.again}
        </Button>
        <Button
          variant="ghost"
          size="sm"
          className="h-9"
          aria-label={invitationsTexts.revokeFor(email)}
          onClick={() => setRevoking(true)}
        >
          {invitationsTexts.revoke}
        </Button>
      </div>
      <ConfirmDialog
        isOpen={isRevoking}
        onOpenChange={setRevoking}
        title={invitationsTexts.revokeTitle(email)}
        description={invitationsTexts.revokeHint}
        confirmLabel={invitationsTexts.revoke}
        onConfirm={async () => {
          await revoke(invitation.id);
          notify.success(invitationsTexts.revoked(email));
        }}
      />
    </li>
  );
}
