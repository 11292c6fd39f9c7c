import { useState } from "react";
import type { UserPublic } from "@/client";
import { Badge } from "@/components/ui/badge";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { formatDay, ownZone } from "@/lib/format";
import { useUser } from "@/lib/session";
import { usersTexts } from "@/texts/admin";
import { CloseDialog } from "./close-dialog";
import { DeleteDialog } from "./delete-dialog";
import { PasswordLinkDialog } from "./password-link-dialog";
import { UserActions } from "./user-actions";
import { UserDialog } from "./user-dialog";

export type Opened = { kind: "edit" | "link" | "close" | "delete"; user: UserPublic };

export function UsersTable({ users }: { users: readonly UserPublic[] }) {
  const [opened, setOpened] = useState<Opened | null>(null);
  const close = () => setOpened(null);
  return (
    <>
      <Table>
        <TableHeader>
          <TableRow>
            <TableHead>{usersTexts.account}</TableHead>
            <TableHead>{usersTexts.role}</TableHead>
            <TableHead className="max-sm:hidden">{usersTexts.since}</TableHead>
            <TableHead>
              <span className="sr-only">{usersTexts.actionsHeading}</span>
            </TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {users.map((user) => (
            <UserRow key={user.id} user={user} onOpen={setOpened} />
          ))}
        </TableBody>
      </Table>
      {opened?.kind === "edit" && <UserDialog user={opened.user} onClose={close} />}
      {opened?.kind === "link" && <PasswordLinkDialog user={opened.user} onClose={close} />}
      {opened?.kind === "close" && <CloseDialog user={opened.user} onClose={close} />}
      {opened?.kind === "delete" && <DeleteDialog user={opened.user} onClose={close} />}
    </>
  );
}

function UserRow({ user, onOpen }: { user: UserPublic; onOpen: (opened: Opened) => void }) {
  const isOwn = useUser().id === user.id;
  return (
    <TableRow>
      <TableCell className="py-2.5">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium wrap-anywhere">{user.full_name ?? user.email}</span>
          {isOwn && <Badge variant="secondary">{usersTexts.you}</Badge>}
          {!user.is_active && <Badge variant="warning">{usersTexts.closed}</Badge>}
        </div>
        {user.full_name && <p className="text-xs break-all text-muted-foreground">{user.email}</p>}
      </TableCell>
      <TableCell>
        <Badge variant={user.is_superuser ? "default" : "outline"}>
          {user.is_superuser ? usersTexts.roles.admin : usersTexts.roles.user}
        </Badge>
      </TableCell>
      <TableCell className="whitespace-nowrap text-muted-foreground tabular-nums max-sm:hidden">
        {formatDay(user.created_at, ownZone())}
      </TableCell>
      <TableCell className="w-12 text-right">
        <UserActions user={user} isOwn={isOwn} onOpen={onOpen} />
      </TableCell>
    </TableRow>
  );
}
