import { useRef, useState } from "react";
import type { UserPublic } from "@/client";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { LinkDialog } from "@/components/link-dialog";
import { usersTexts } from "@/texts/admin";
import { useMakePasswordLink } from "../queries/make-password-link";

/** Makes a link for a new password once that is confirmed, since earlier ones end with it, and shows it. */
export function PasswordLinkDialog({ user, onClose }: { user: UserPublic; onClose: () => void }) {
  const { mutateAsync: make } = useMakePasswordLink();
  const [link, setLink] = useState<string | null>(null);
  // The question closes by itself once it is answered; then the link is shown, and nothing is over.
  const isMade = useRef(false);
  if (link === null) {
    return (
      <ConfirmDialog
        isOpen={true}
        onOpenChange={() => isMade.current || onClose()}
        title={usersTexts.link}
        description={usersTexts.makeLinkHint}
        confirmLabel={usersTexts.makeLink}
        isDestructive={false}
        onConfirm={async () => {
          const made = await make(user.email);
          isMade.current = true;
          setLink(made);
        }}
      />
    );
  }
  return (
    <LinkDialog
      title={usersTexts.link}
      description={usersTexts.linkHint(user.email)}
      label={usersTexts.link}
      link={link}
      onClose={onClose}
    />
  );
}
