import { useQuery } from "@tanstack/react-query";
import type { MemberPublic } from "@/client";
import { ErrorFace, RowsSkeleton } from "@/components/faces";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { Table, TableBody, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { membersQuery } from "@/lib/members";
import { useUser } from "@/lib/session";
import { useStation } from "@/lib/station";
import { membersTexts } from "@/texts/station";
import { LeaveButton } from "./leave-button";
import { MemberRow } from "./member-row";

/** Who sees the station, and what each may do. */
export function MembersCard() {
  const station = useStation();
  const user = useUser();
  const { data: members, error, refetch } = useQuery(membersQuery(station.id));
  const isMember = members?.some((member) => member.user_id === user.id) ?? false;
  return (
    <Card>
      <CardHeader className="gap-y-3">
        <div>
          <CardTitle>{membersTexts.title}</CardTitle>
          <CardDescription>{membersTexts.hint}</CardDescription>
        </div>
        {members !== undefined && isMember && <LeaveButton isLastOwner={isLastOwner(members, user.id)} />}
      </CardHeader>
      {members !== undefined ? (
        <Members members={members} />
      ) : error === null ? (
        <RowsSkeleton rows={4} rowClassName="h-12" />
      ) : (
        <ErrorFace error={error} onRetry={() => void refetch()} />
      )}
    </Card>
  );
}

function isLastOwner(members: readonly MemberPublic[], userId: string): boolean {
  const owners = members.filter(({ role }) => role === "owner");
  return owners.length === 1 && owners[0]?.user_id === userId;
}

function Members({ members }: { members: readonly MemberPublic[] }) {
  return (
    <Table>
      <TableHeader>
        <TableRow>
          <TableHead>{membersTexts.name}</TableHead>
          <TableHead>{membersTexts.role}</TableHead>
          <TableHead className="max-sm:hidden">{membersTexts.since}</TableHead>
          <TableHead>
            <span className="sr-only">{membersTexts.actionsHeading}</span>
          </TableHead>
        </TableRow>
      </TableHeader>
      <TableBody>
        {members.map((member) => (
          <MemberRow key={member.user_id} member={member} isLastOwner={isLastOwner(members, member.user_id)} />
        ))}
      </TableBody>
    </Table>
  );
}
