import { useState } from "react";
import type { HeatmapPublic } from "@/client";
import { useIsPhone } from "@/hooks/use-media-query";
import { formatHour, formatNumber, weekdayNames } from "@/lib/format";
import { chartTexts } from "@/texts/charts";
import { CellGrid, type GridCell, type GridHeading, GridReadout, type GridRow } from "./cell-grid";
import type { ChartData } from "./chart-data";
import { scaleOf } from "./scale";
import { ScaleLegend } from "./scale-legend";

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const DAYS = Array.from({ length: 7 }, (_, day) => day);

export const countText = (count: number | null): string =>
  count === null ? chartTexts.notRecorded : chartTexts.presses(formatNumber(count), count === 1);

/** What a card of it reserves, so that nothing moves when it comes. */
export const HEATMAP_HEIGHT = "min-h-[40.5rem] md:min-h-80";

/** Presses by weekday and hour: weekdays below each other, on a phone beside each other. */
export function HeatmapGrid({ name, heatmap }: { name: string; heatmap: HeatmapPublic }) {
  const isPhone = useIsPhone();
  const [said, setSaid] = useState<GridCell | null>(null);
  const scale = scaleOf(heatmap.counts.flat());
  const names = weekdayNames("long");
  const cellOf = (day: number, hour: number): GridCell => {
    const count = heatmap.counts[day]?.[hour] ?? null;
    const when = chartTexts.span(formatHour(hour), formatHour((hour + 1) % 24));
    return { key: `${day}-${hour}`, count, label: `${names[day]}, ${when}: ${countText(count)}` };
  };
  return (
    <div className="flex flex-col gap-3">
      <CellGrid
        name={name}
        rows={isPhone ? rowsOfHours(cellOf) : rowsOfDays(cellOf)}
        headings={isPhone ? dayHeadings() : hourHeadings()}
        scale={scale}
        onSay={setSaid}
        gapClassName="gap-[3px]"
        cellClassName={isPhone ? "h-5" : "h-8"}
      />
      <GridReadout said={said} />
      <ScaleLegend scale={scale} />
    </div>
  );
}

function rowsOfDays(cellOf: (day: number, hour: number) => GridCell): GridRow[] {
  const titles = weekdayNames("long");
  return weekdayNames("short").map((shortTitle, day) => ({
    key: shortTitle,
    title: titles[day] ?? shortTitle,
    shortTitle,
    cells: HOURS.map((hour) => cellOf(day, hour)),
  }));
}

const rowsOfHours = (cellOf: (day: number, hour: number) => GridCell): GridRow[] =>
  HOURS.map((hour) => ({
    key: String(hour),
    title: formatHour(hour),
    shortTitle: hour % 3 === 0 ? formatHour(hour) : "",
    cells: DAYS.map((day) => cellOf(day, hour)),
  }));

const hourHeadings = (): GridHeading[] =>
  HOURS.filter((hour) => hour % 3 === 0).map((hour) => ({
    key: String(hour),
    label: formatHour(hour),
    column: hour,
    span: 3,
  }));

const dayHeadings = (): GridHeading[] =>
  weekdayNames("short").map((label, column) => ({ key: label, label, column, span: 1 }));

/** The same as a table: an hour each row, and the weekdays beside each other. */
export function heatmapData(heatmap: HeatmapPublic, fileName: string): ChartData<number> {
  return {
    fileName,
    rows: HOURS,
    columns: [
      { header: chartTexts.buckets.hour, value: (hour) => `${String(hour).padStart(2, "0")}:00`, text: formatHour },
      ...weekdayNames("short").map((name, day) => ({
        header: name,
        value: (hour: number) => heatmap.counts[day]?.[hour] ?? null,
      })),
    ],
  };
}
