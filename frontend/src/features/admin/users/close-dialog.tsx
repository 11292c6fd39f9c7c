import type { UserPublic } from "@/client";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { notify } from "@/lib/notify";
import { usersTexts } from "@/texts/admin";
import { useUpdateUser } from "../queries/update-user";

/** Asks, since what ends with it does not come back with the account. */
export function CloseDialog({ user, onClose }: { user: UserPublic; onClose: () => void }) {
  const { mutateAsync: update } = useUpdateUser();
  return (
    <ConfirmDialog
      isOpen={true}
      onOpenChange={onClose}
      title={usersTexts.closeTitle(user.email)}
      description={usersTexts.closeHint}
      confirmLabel={usersTexts.close}
      onConfirm={async () => {
        await update({ userId: user.id, changes: { is_active: false } });
        notify.success(usersTexts.updated);
      }}
    />
  );
}
