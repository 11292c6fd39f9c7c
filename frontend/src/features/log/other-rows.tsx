import { CirclePlus, Unplug } from "lucide-react";
import type { GapPublic } from "@/client";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { cn } from "@/lib/cn";
import { dayOf, formatDate, formatDuration, formatMoment, formatTimeWithZone } from "@/lib/format";
import { logTexts } from "@/texts/log";
import { CELL } from "./log-row";

export const formatHeading = (day: string): string =>
  formatDate(day, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

/** What begins a day. */
export function DayRow({ day, columnCount }: { day: string; columnCount: number }) {
  return (
    <tr data-day={day}>
      <th
        scope="colgroup"
        colSpan={columnCount}
        className={cn(CELL, "bg-muted px-3 text-left align-bottom text-sm font-semibold md:pb-2")}
      >
        {formatHeading(day)}
      </th>
    </tr>
  );
}

const lengthOf = (gap: GapPublic): string =>
  formatDuration((Date.parse(gap.ended_at) - Date.parse(gap.started_at)) / 1000);

/** "Not recording from … to … (3 min)"; with the day of its start where that is another one. */
export function gapWords(gap: GapPublic, zone: string): string {
  const isOneDay = dayOf(gap.started_at, zone) === dayOf(gap.ended_at, zone);
  const start = (isOneDay ? formatTimeWithZone : formatMoment)(gap.started_at, zone);
  return logTexts.gap(start, formatTimeWithZone(gap.ended_at, zone), lengthOf(gap));
}

/** A span in which nothing was recorded, at its place; what aired in it can be added there. */
export function GapRow({
  gap,
  zone,
  columnCount,
  onAdd,
}: {
  gap: GapPublic;
  zone: string;
  columnCount: number;
  onAdd: ((from: string) => void) | null;
}) {
  const sentence = gapWords(gap, zone);
  return (
    <tr data-gap={gap.started_at} className="bg-warning-wash text-warning">
      <td colSpan={columnCount} className={cn(CELL, "px-3")}>
        <div className="flex items-center gap-2.5">
          <Unplug className="size-4 shrink-0" aria-hidden="true" />
          <span className="hidden min-w-0 truncate md:inline" title={sentence}>
            {sentence}
          </span>
          <span className="min-w-0 flex-1 md:hidden">
            <span className="block truncate">{logTexts.gapShort(lengthOf(gap))}</span>
            <span className="block truncate text-xs tabular-nums">
              {logTexts.since(formatTimeWithZone(gap.started_at, zone))}
            </span>
          </span>
          {onAdd && (
            <Button
              variant="outline"
              size="sm"
              className="h-9 scroll-mt-34 text-foreground md:ml-auto md:h-8"
              onClick={() => onAdd(gap.started_at)}
            >
              <CirclePlus aria-hidden="true" />
              <span className="hidden md:inline">{logTexts.addPlay}</span>
              <span className="md:hidden">{logTexts.addPlayShort}</span>
            </Button>
          )}
        </div>
      </td>
    </tr>
  );
}

/** In place of a row that is not here yet. */
export function WaitingRow({ columnCount }: { columnCount: number }) {
  return (
    <tr>
      <td className={CELL}>
        <Skeleton className="h-4 w-20" />
      </td>
      <td colSpan={columnCount - 1} className={CELL}>
        <Skeleton className="h-4 w-2/5" />
      </td>
    </tr>
  );
}

/** Behind the oldest row. */
export function EndRow({ columnCount, isFiltered }: { columnCount: number; isFiltered: boolean }) {
  return (
    <tr>
      <td colSpan={columnCount} className="h-14 px-3 text-center text-sm text-muted-foreground md:h-10">
        {isFiltered ? logTexts.endFiltered : logTexts.end}
      </td>
    </tr>
  );
}
