import { useState } from "react";
import type { UserPublic } from "@/client";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { LinkDialog } from "@/components/link-dialog";
import { usersTexts } from "@/texts/admin";
import { useMakePasswordLink } from "../queries/make-password-link";

/** Makes a link for a new password once that is confirmed, since earlier ones end with it, and shows it. */
export function PasswordLinkDialog({ user, onClose }: { user: UserPublic; onClose: () => void }) {
  const { mutateAsync: make } = useMakePasswordLink();
  const [link, setLink] = useState<string | null>(null);
  if (link === null) {
    return (
      <ConfirmDialog
        isOpen={true}
        // It closes by itself once the link is there, which is then shown.
        onOpenChange={(isOpen) => !isOpen && link === null && onClose()}
        title={usersTexts.link}
        description={usersTexts.makeLinkHint}
        confirmLabel={usersTexts.makeLink}
        isDestructive={false}
        onConfirm={async () => setLink((await make(user.email)) ?? usersTexts.noLink)}
      />
    );
  }
  return (
    <LinkDialog
      title={usersTexts.link}
      description={usersTexts.linkHint(user.email)}
      label={usersTexts.link}
      copyLabel={usersTexts.copyLink}
      doneLabel={usersTexts.done}
      link={link}
      onClose={onClose}
    />
  );
}
