import { useState } from "react";
import type { MemberPublic, Role } from "@/client";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { NativeSelect } from "@/components/ui/native-select";
import { notify } from "@/lib/notify";
import { useStation } from "@/lib/station";
import { commonTexts } from "@/texts/common";
import { ROLES, roleTexts } from "@/texts/roles";
import { membersTexts } from "@/texts/station";
import { useChangeRole } from "../queries/change-role";
import { nameOf } from "./member-row";

const asRole = (value: string): Role => ROLES.find((role) => role === value) ?? "viewer";

/** The role of a member, for an owner to change. Who gives up their own is asked first: they cannot take it back. */
export function RoleSelect({
  member,
  isOwn,
  isLastOwner,
}: {
  member: MemberPublic;
  isOwn: boolean;
  isLastOwner: boolean;
}) {
  const station = useStation();
  const { mutate, mutateAsync } = useChangeRole(station.id);
  const [wanted, setWanted] = useState<Role | null>(null);

  const change = (role: Role) => {
    const former = member.role;
    mutate(
      { userId: member.user_id, role },
      {
        onSuccess: () =>
          notify.success(membersTexts.didChange(nameOf(member), roleTexts[role].one), {
            action: { label: commonTexts.undo, onClick: () => mutate({ userId: member.user_id, role: former }) },
          }),
      },
    );
  };
  const choose = (role: Role) => (isOwn ? setWanted(role) : change(role));

  return (
    <>
      <NativeSelect
        aria-label={membersTexts.roleOf(nameOf(member))}
        aria-describedby={isLastOwner ? `last-owner-${member.user_id}` : undefined}
        value={member.role}
        disabled={isLastOwner}
        onChange={(event) => choose(asRole(event.target.value))}
        className="h-9 w-28"
      >
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {roleTexts[role].name}
          </option>
        ))}
      </NativeSelect>
      {wanted !== null && (
        <ConfirmDialog
          isOpen={true}
          onOpenChange={() => setWanted(null)}
          title={membersTexts.demoteTitle}
          description={membersTexts.demoteHint(roleTexts[wanted].one)}
          confirmLabel={membersTexts.demote}
          onConfirm={() => mutateAsync({ userId: member.user_id, role: wanted })}
        />
      )}
    </>
  );
}
