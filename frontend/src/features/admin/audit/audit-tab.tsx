import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { AuditLog } from "@/components/audit/audit-log";
import { ownZone } from "@/lib/format";
import { stationsQuery } from "@/lib/station";
import { usersQuery } from "../queries/list-users";

const MAX_PEOPLE = 200;

/** Who did what on the server. */
export function AuditTab() {
  const { action, user, from, to } = useSearch({ from: "/_app/admin" });
  const navigate = useNavigate({ from: "/admin" });
  const { data: users } = useQuery(usersQuery({ q: "", page: 1, size: MAX_PEOPLE }));
  const { data: stations } = useQuery(stationsQuery());
  const people = (users?.data ?? []).map(({ id, full_name: name, email }) => ({ id, name: name ?? email }));
  return (
    <AuditLog
      stationId={null}
      zone={ownZone()}
      search={{ action, user, from, to }}
      onSearch={(changes) =>
        void navigate({ search: (before) => ({ ...before, ...changes }), replace: true, resetScroll: false })
      }
      people={people}
      nameOfStation={(id) => stations?.find((station) => station.id === id)?.name}
    />
  );
}
