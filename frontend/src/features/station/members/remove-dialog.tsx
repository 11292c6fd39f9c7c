import { useQueryClient } from "@tanstack/react-query";
import type { MemberPublic } from "@/client";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { membersKey } from "@/lib/members";
import { notify } from "@/lib/notify";
import { useStation } from "@/lib/station";
import { commonTexts } from "@/texts/common";
import { membersTexts } from "@/texts/station";
import { useAddMember } from "../queries/add-member";
import { useRemoveMember } from "../queries/remove-member";
import { nameOf } from "./member-row";

/** Asks, since API tokens end for good; the membership itself can be taken back by the notice. */
export function RemoveDialog({ member, onClose }: { member: MemberPublic; onClose: () => void }) {
  const station = useStation();
  const queryClient = useQueryClient();
  const { mutateAsync: remove } = useRemoveMember(station.id);
  const { mutate: add } = useAddMember(station.id);
  const { email, role } = member;
  const name = nameOf(member);

  const takeBack = (address: string) =>
    add({ email: address, role }, { onSuccess: () => notify.success(membersTexts.back(name)) });

  return (
    <ConfirmDialog
      isOpen={true}
      onOpenChange={onClose}
      title={membersTexts.removeTitle(name)}
      description={membersTexts.removeHint}
      confirmLabel={membersTexts.remove}
      onConfirm={async () => {
        await remove(member.user_id);
        notify.success(membersTexts.removed(name), {
          ...(email !== null && { action: { label: commonTexts.undo, onClick: () => takeBack(email) } }),
        });
        void queryClient.invalidateQueries({ queryKey: membersKey(station.id) });
      }}
    />
  );
}
