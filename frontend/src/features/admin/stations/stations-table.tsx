import { Link } from "@tanstack/react-router";
import type { InstanceStation } from "@/client";
import { Ago } from "@/components/ago";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { formatDay, formatNumber } from "@/lib/format";
import { instanceStationsTexts as texts } from "@/texts/admin";
import { purposeTexts } from "@/texts/purposes";
import { stationFieldTexts } from "@/texts/station-fields";

export function StationsTable({ stations }: { stations: readonly InstanceStation[] }) {
  return (
    <Table>
      <TableHeader>
        <TableRow>
          <TableHead>{stationFieldTexts.name}</TableHead>
          <TableHead className="max-sm:hidden">{stationFieldTexts.purpose}</TableHead>
          <TableHead className="max-sm:hidden">{stationFieldTexts.zone}</TableHead>
          <TableHead className="text-right">{texts.members}</TableHead>
          <TableHead className="text-right">{texts.presses}</TableHead>
          <TableHead>{texts.last}</TableHead>
          <TableHead>{texts.since}</TableHead>
        </TableRow>
      </TableHeader>
      <TableBody>
        {stations.map((station) => (
          <StationRow key={station.id} station={station} />
        ))}
      </TableBody>
    </Table>
  );
}

function StationRow({ station }: { station: InstanceStation }) {
  const about = [station.call_sign, station.community].filter(Boolean).join(" · ");
  return (
    <TableRow>
      <TableCell className="min-w-40 py-2.5">
        <Link
          to="/station"
          search={{ station: station.id }}
          aria-label={texts.open(station.name)}
          className="rounded-sm font-medium underline-offset-4 outline-none hover:underline focus-visible:ring-2 focus-visible:ring-ring"
        >
          {station.name}
        </Link>
        {about && <p className="text-xs text-muted-foreground">{about}</p>}
      </TableCell>
      <TableCell className="whitespace-nowrap max-sm:hidden">{purposeTexts[station.purpose].name}</TableCell>
      <TableCell className="whitespace-nowrap text-muted-foreground max-sm:hidden">{station.zone}</TableCell>
      <TableCell className="text-right tabular-nums">{formatNumber(station.member_count)}</TableCell>
      <TableCell className="text-right tabular-nums">{formatNumber(station.press_count)}</TableCell>
      <TableCell className="whitespace-nowrap">
        {station.last_pressed_at === null ? (
          <span className="text-muted-foreground">{texts.never}</span>
        ) : (
          <Ago instant={station.last_pressed_at} zone={station.zone} />
        )}
      </TableCell>
      <TableCell className="whitespace-nowrap text-muted-foreground tabular-nums">
        {formatDay(station.created_at, station.zone)}
      </TableCell>
    </TableRow>
  );
}
