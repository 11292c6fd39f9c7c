import type { InvitationShown } from "@/client";
import { Alert } from "@/components/ui/alert";
import { accountTexts } from "@/texts/account";
import { roleTexts } from "@/texts/roles";

export type InvitationProps = {
  token: string;
  invitation: InvitationShown;
  onDead: () => void;
  onJoined: () => void;
};

export const invitedTo = ({ invited_by, role }: InvitationShown): string =>
  accountTexts.invitedTo(invited_by, roleTexts[role].one);

/** Says whose session this browser gives up by joining, where it has another one's. */
export function OtherAccountNotice({ otherEmail, invitedEmail }: { otherEmail: string | null; invitedEmail: string }) {
  return otherEmail !== null && <Alert>{accountTexts.otherAccount(otherEmail, invitedEmail)}</Alert>;
}
