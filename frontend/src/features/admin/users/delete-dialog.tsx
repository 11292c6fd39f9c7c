import type { UserPublic } from "@/client";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { notify } from "@/lib/notify";
import { usersTexts } from "@/texts/admin";
import { commonTexts } from "@/texts/common";
import { useDeleteUser } from "../queries/delete-user";

export function DeleteDialog({ user, onClose }: { user: UserPublic; onClose: () => void }) {
  const { mutateAsync: remove } = useDeleteUser();
  return (
    <ConfirmDialog
      isOpen={true}
      onOpenChange={onClose}
      title={usersTexts.deleteTitle(user.email)}
      description={usersTexts.deleteHint}
      confirmLabel={commonTexts.delete}
      onConfirm={async () => {
        await remove(user.id);
        notify.success(usersTexts.deleted);
      }}
    />
  );
}
