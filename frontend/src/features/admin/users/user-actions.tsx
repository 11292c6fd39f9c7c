import { KeyRound, LockKeyhole, LockKeyholeOpen, Pencil, Trash2 } from "lucide-react";
import type { UserPublic } from "@/client";
import { RowActions } from "@/components/row-actions";
import { notify } from "@/lib/notify";
import { messageOf } from "@/lib/problem";
import { usersTexts } from "@/texts/admin";
import { useUpdateUser } from "../queries/update-user";
import type { Opened } from "./users-table";

/** What is done with an account. Nobody closes or deletes their own here. */
export function UserActions({
  user,
  isOwn,
  onOpen,
}: {
  user: UserPublic;
  isOwn: boolean;
  onOpen: (opened: Opened) => void;
}) {
  const { mutate: update } = useUpdateUser();
  const reopen = () =>
    update(
      { userId: user.id, changes: { is_active: true } },
      {
        onSuccess: () => notify.success(usersTexts.updated),
        onError: (error) => notify.error(messageOf(error)),
      },
    );
  const open = (kind: Opened["kind"]) => () => onOpen({ kind, user });
  return (
    <RowActions
      label={usersTexts.actions(user.email)}
      actions={[
        { label: usersTexts.edit, icon: Pencil, onSelect: open("edit") },
        ...(user.is_active ? [{ label: usersTexts.link, icon: KeyRound, onSelect: open("link") }] : []),
        ...(isOwn
          ? []
          : [
              user.is_active
                ? { label: usersTexts.close, icon: LockKeyhole, onSelect: open("close") }
                : { label: usersTexts.reopen, icon: LockKeyholeOpen, onSelect: reopen },
              { label: usersTexts.delete, icon: Trash2, onSelect: open("delete"), isDestructive: true },
            ]),
      ]}
    />
  );
}
