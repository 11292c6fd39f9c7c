import { Link } from "@tanstack/react-router";
import { memo, useCallback, useMemo, useState } from "react";
import type { CalendarDay, CalendarPublic } from "@/client";
import { useIsPhone } from "@/hooks/use-media-query";
import { addDays, formatDate, formatDuration, weekdayNames } from "@/lib/format";
import { chartTexts } from "@/texts/charts";
import {
  CellGrid,
  type CellLink,
  type CellLinkProps,
  type GridCell,
  type GridHeading,
  GridReadout,
  type GridRow,
} from "./cell-grid";
import { countText } from "./heatmap-grid";
import { type Scale, scaleOf } from "./scale";
import { ScaleLegend } from "./scale-legend";

const WEEK = 7;
// A restart is no gap worth a mark of its own; what the square says has it to the second.
const MARKED_FROM_S = 300;

/** Monday is 0. */
const weekdayOf = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % WEEK;

/** Whose presses are counted, as the log can be narrowed to them too. */
export type CalendarFilters = { type?: string; deck_id?: string };

/**
 * A year of squares, a column each week, Monday first; on a phone its two halves below each other. Each leads to the log of
 * its day.
 */
export function CalendarGrid({
  name,
  calendar,
  filters,
}: {
  name: string;
  calendar: CalendarPublic;
  filters: CalendarFilters;
}) {
  const isPhone = useIsPhone();
  const [said, setSaid] = useState<GridCell | null>(null);
  const link = useCallback(
    ({ key: day }: GridCell, props: CellLinkProps) => (
      // Not fetched ahead: a mouse on its way over the year points at dozens.
      <Link to="/log" search={{ ...filters, start: day, end: day }} preload={false} {...props} />
    ),
    [filters],
  );
  const scale = useMemo(() => scaleOf(calendar.days.map((day) => day.press_count)), [calendar.days]);
  const { year } = calendar;
  const parts = isPhone
    ? [
        [`${year}-01-01`, `${year}-07-01`],
        [`${year}-07-01`, `${year + 1}-01-01`],
      ]
    : [[`${year}-01-01`, `${year + 1}-01-01`]];
  return (
    <div className="flex flex-col gap-3">
      {parts.map(([start = "", end = ""]) => (
        <Part
          key={start}
          name={isPhone ? `${name}, ${formatDate(start, { month: "long" })}` : name}
          days={calendar.days}
          start={start}
          end={end}
          scale={scale}
          onSay={setSaid}
          link={link}
        />
      ))}
      <GridReadout said={said} hint={isPhone ? chartTexts.pointHint : chartTexts.dayHint}>
        {said && (
          <Link
            to="/log"
            search={{ ...filters, start: said.key, end: said.key }}
            className="-my-2 hidden min-h-9 items-center text-primary underline underline-offset-4 pointer-coarse:inline-flex"
          >
            {chartTexts.inLog}
          </Link>
        )}
      </GridReadout>
      <ScaleLegend scale={scale} isWithPartly={calendar.days.some(isPartlyDark)} />
    </div>
  );
}

const isPartlyDark = (day: CalendarDay): boolean => day.press_count !== null && day.not_recording_s >= MARKED_FROM_S;

/** What is said below changes with each square that is pointed at; the squares do not. */
const Part = memo(function Part({
  name,
  days,
  start,
  end,
  scale,
  onSay,
  link,
}: {
  name: string;
  days: readonly CalendarDay[];
  start: string;
  end: string;
  scale: Scale;
  onSay: (cell: GridCell | null) => void;
  link: CellLink;
}) {
  return (
    <CellGrid
      name={name}
      rows={rowsOf(days, start, end)}
      headings={monthsOf(start, end)}
      scale={scale}
      onSay={onSay}
      link={link}
      gapClassName="gap-[2px] xl:gap-[3px]"
      cellClassName="aspect-square"
    />
  );
});

/** The week of a day, counted from the one in which `start` lies. */
const weekOf = (day: string, start: string): number =>
  Math.floor((Date.parse(day) - Date.parse(start)) / 86_400_000 / WEEK + weekdayOf(start) / WEEK + 1e-9);

function rowsOf(days: readonly CalendarDay[], start: string, end: string): GridRow[] {
  const weeks = weekOf(addDays(end, -1), start) + 1;
  const cells = Array.from({ length: WEEK }, () => Array.from<GridCell | null>({ length: weeks }).fill(null));
  for (const day of days) {
    const row = day.day >= start && day.day < end ? cells[weekdayOf(day.day)] : undefined;
    if (row !== undefined) row[weekOf(day.day, start)] = cellOf(day);
  }
  const titles = weekdayNames("long");
  return weekdayNames("short").map((name, day) => ({
    key: name,
    title: titles[day] ?? name,
    shortTitle: day % 2 === 0 ? name : "",
    cells: cells[day] ?? [],
  }));
}

const LONG_DATE = { weekday: "short", day: "numeric", month: "short", year: "numeric" } as const;

function cellOf(day: CalendarDay): GridCell {
  const silence =
    day.press_count !== null && day.not_recording_s > 0
      ? `, ${chartTexts.notRecordingFor(formatDuration(day.not_recording_s))}`
      : "";
  return {
    key: day.day,
    count: day.press_count,
    label: `${formatDate(day.day, LONG_DATE)}: ${countText(day.press_count)}${silence}`,
    isPartlyDark: isPartlyDark(day),
  };
}

/** The names of the months, each above the week in which its first day lies. */
function monthsOf(start: string, end: string): GridHeading[] {
  const months: GridHeading[] = [];
  for (let day = start; day < end; day = firstOfNextMonth(day)) {
    const column = weekOf(day, start);
    months.push({ key: day, label: formatDate(day, { month: "short" }), column, span: 3 });
  }
  return months;
}

const firstOfNextMonth = (day: string): string => `${addDays(`${day.slice(0, 8)}28`, 4).slice(0, 8)}01`;
