import { isOwner, useStation } from "@/lib/station";
import { InvitationsCard } from "./invitations-card";
import { MembersCard } from "./members-card";

/** Who is a member, and who was asked to become one. */
export function MembersTab() {
  const station = useStation();
  return (
    <div className="flex max-w-5xl flex-col gap-5">
      <MembersCard />
      {isOwner(station) && <InvitationsCard />}
    </div>
  );
}
