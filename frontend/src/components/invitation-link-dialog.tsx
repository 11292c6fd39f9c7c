import { LinkDialog } from "@/components/link-dialog";
import { invitationLinkTexts as texts } from "@/texts/invitation-link";

export type InvitationLink = { email: string; link: string };

/** The link of an invitation, where this server sends no mail and whoever invites hands it on. */
export function InvitationLinkDialog({ invitation, onClose }: { invitation: InvitationLink; onClose: () => void }) {
  return (
    <LinkDialog
      title={texts.title}
      description={texts.hint(invitation.email)}
      label={texts.label}
      link={invitation.link}
      onClose={onClose}
    />
  );
}
