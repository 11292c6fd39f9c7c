import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { AuditLog } from "@/components/audit/audit-log";
import { membersQuery } from "@/lib/members";
import { useStation } from "@/lib/station";
import { membersTexts } from "@/texts/station";

/** Who changed what in the station. */
export function AuditTab() {
  const station = useStation();
  const { action, user, from, to } = useSearch({ from: "/_app/_station/station" });
  const navigate = useNavigate({ from: "/station" });
  const { data: members } = useQuery(membersQuery(station.id));
  const people = (members ?? []).map((member) => ({
    id: member.user_id,
    name: member.full_name ?? member.email ?? membersTexts.noName,
  }));
  return (
    <AuditLog
      stationId={station.id}
      zone={station.zone}
      search={{ action, user, from, to }}
      onSearch={(changes) =>
        void navigate({ search: (before) => ({ ...before, ...changes }), replace: true, resetScroll: false })
      }
      people={people}
    />
  );
}
