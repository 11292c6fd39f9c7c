import { UserMinus } from "lucide-react";
import { useState } from "react";
import type { MemberPublic } from "@/client";
import { RowActions } from "@/components/row-actions";
import { Badge } from "@/components/ui/badge";
import { TableCell, TableRow } from "@/components/ui/table";
import { formatDay } from "@/lib/format";
import { useUser } from "@/lib/session";
import { isOwner, useStation } from "@/lib/station";
import { roleTexts } from "@/texts/roles";
import { membersTexts } from "@/texts/station";
import { RemoveDialog } from "./remove-dialog";
import { RoleSelect } from "./role-select";

export const nameOf = (member: MemberPublic): string => member.full_name ?? member.email ?? membersTexts.noName;

export function MemberRow({ member, isLastOwner }: { member: MemberPublic; isLastOwner: boolean }) {
  const station = useStation();
  const user = useUser();
  const [isRemoving, setRemoving] = useState(false);
  const isOwn = member.user_id === user.id;
  const mayChange = isOwner(station);
  return (
    <TableRow>
      <TableCell className="py-2.5">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium wrap-anywhere">{nameOf(member)}</span>
          {isOwn && <Badge variant="secondary">{membersTexts.you}</Badge>}
        </div>
        {member.email && member.full_name && <p className="text-xs break-all text-muted-foreground">{member.email}</p>}
        {mayChange && isLastOwner && (
          <p id={`last-owner-${member.user_id}`} className="mt-1 max-w-md text-xs text-pretty text-muted-foreground">
            {membersTexts.lastOwner}
          </p>
        )}
      </TableCell>
      <TableCell className="w-36">
        {mayChange ? (
          <RoleSelect member={member} isOwn={isOwn} isLastOwner={isLastOwner} />
        ) : (
          <span title={roleTexts[member.role].hint}>{roleTexts[member.role].name}</span>
        )}
      </TableCell>
      <TableCell className="w-44 whitespace-nowrap text-muted-foreground tabular-nums max-sm:hidden">
        {formatDay(member.created_at, station.zone)}
      </TableCell>
      <TableCell className="w-12 text-right">
        {mayChange && !isOwn && !isLastOwner && (
          <RowActions
            label={membersTexts.actions(nameOf(member))}
            actions={[
              { label: membersTexts.remove, icon: UserMinus, onSelect: () => setRemoving(true), isDestructive: true },
            ]}
          />
        )}
        {isRemoving && <RemoveDialog member={member} onClose={() => setRemoving(false)} />}
      </TableCell>
    </TableRow>
  );
}
