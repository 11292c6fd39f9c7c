import type { ActorPublic, EventPublic } from "@/client";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { formatMoment } from "@/lib/format";
import { actionTexts, actorTexts, auditTexts } from "@/texts/audit";
import { detailsOf } from "./details";
import { isAction } from "./list-events";

type Names = { nameOfStation?: (stationId: string) => string | undefined };

/** The lines themselves. */
export function AuditTable({
  events,
  zone,
  onActor,
  nameOfStation,
}: Names & { events: readonly EventPublic[]; zone: string; onActor: (userId: string) => void }) {
  return (
    <Table>
      <TableHeader>
        <TableRow>
          <TableHead>{auditTexts.when}</TableHead>
          <TableHead>{auditTexts.what}</TableHead>
          <TableHead>{auditTexts.who}</TableHead>
          {nameOfStation && <TableHead>{auditTexts.station}</TableHead>}
          <TableHead>{auditTexts.where}</TableHead>
          <TableHead>{auditTexts.details}</TableHead>
        </TableRow>
      </TableHeader>
      <TableBody>
        {events.map((event) => (
          <TableRow key={event.id} className="align-top">
            <TableCell className="tabular-nums max-sm:min-w-32 sm:whitespace-nowrap">
              <time dateTime={event.created_at}>{formatMoment(event.created_at, zone)}</time>
            </TableCell>
            <TableCell className="min-w-36 font-medium">
              {isAction(event.action) ? actionTexts[event.action] : event.action}
            </TableCell>
            <TableCell className="min-w-28">
              <Actor actor={event.actor} onActor={onActor} />
            </TableCell>
            {nameOfStation && (
              <TableCell className="min-w-28">{event.station_id && nameOfStation(event.station_id)}</TableCell>
            )}
            <TableCell className="font-mono text-xs whitespace-nowrap text-muted-foreground">
              {event.actor.origin}
            </TableCell>
            <TableCell className="min-w-56">
              <Details event={event} zone={zone} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function Actor({ actor, onActor }: { actor: ActorPublic; onActor: (userId: string) => void }) {
  const { user_id: userId, name } = actor;
  if (userId === null || name === null) return <>{actorTexts[actor.kind]}</>;
  return (
    <button
      type="button"
      title={auditTexts.onlyBy(name)}
      onClick={() => onActor(userId)}
      className="rounded-sm text-left underline-offset-4 outline-none hover:underline focus-visible:ring-2 focus-visible:ring-ring"
    >
      {actor.kind === "token" ? auditTexts.byToken(name) : name}
    </button>
  );
}

function Details({ event, zone }: { event: EventPublic; zone: string }) {
  const details = detailsOf(event.details, (instant) => formatMoment(instant, zone));
  if (details.length === 0) return null;
  return (
    <dl className="flex flex-wrap gap-x-3 gap-y-0.5">
      {details.map(({ name, value }) => (
        <div key={name} className="min-w-0 break-words">
          <dt className="inline text-muted-foreground">
            {name}
            {":"}
          </dt>{" "}
          <dd className="inline">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
