import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ButtonPublic, PressPublic } from "@/client";
import { ErrorFace, RowsSkeleton } from "@/components/faces";
import { PressStatusBadge } from "@/components/press-status";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { cn } from "@/lib/cn";
import { formatMoment } from "@/lib/format";
import { useStation } from "@/lib/station";
import { buttonTexts, keysTexts } from "@/texts/buttons";
import { pressesOfButtonQuery } from "../queries/list-presses-of-button";

const SHOWN = 10;

/** The newest presses, whatever they count as; all of them are in the log. */
export function RecentPresses({ button }: { button: ButtonPublic }) {
  const { data, error, refetch } = useQuery(pressesOfButtonQuery(button.station_id, button.id));
  const presses = data?.recent.slice(0, SHOWN);
  return (
    <Card>
      <CardHeader>
        <CardTitle>{buttonTexts.recent}</CardTitle>
        <Link
          to="/log"
          search={{ button_id: button.id }}
          className="text-sm text-primary underline-offset-4 hover:underline"
        >
          {buttonTexts.inLog}
        </Link>
      </CardHeader>
      {error !== null && presses === undefined ? (
        <ErrorFace error={error} onRetry={() => void refetch()} />
      ) : presses === undefined ? (
        <RowsSkeleton rows={5} rowClassName="h-7" />
      ) : presses.length === 0 ? (
        <p className="text-sm text-muted-foreground">{buttonTexts.noneRecorded}</p>
      ) : (
        <PressTable presses={presses} />
      )}
    </Card>
  );
}

function PressTable({ presses }: { presses: readonly PressPublic[] }) {
  const { zone } = useStation();
  return (
    <Table>
      <TableHeader>
        <TableRow>
          <TableHead className="pl-0">{buttonTexts.time}</TableHead>
          <TableHead>{buttonTexts.deck}</TableHead>
          <TableHead className="pr-0 text-right">{buttonTexts.status}</TableHead>
        </TableRow>
      </TableHeader>
      <TableBody>
        {presses.map((press) => (
          <TableRow key={press.id}>
            <TableCell className={cn("pl-0 tabular-nums", press.status === "void" && "line-through")}>
              {formatMoment(press.pressed_at, zone)}
            </TableCell>
            <TableCell className="text-muted-foreground">{press.deck?.name ?? keysTexts.noDeck}</TableCell>
            <TableCell className="pr-0 text-right">
              <PressStatusBadge status={press.status} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
