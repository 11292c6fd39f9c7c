import { Minus, TrendingDown, TrendingUp } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { formatChange, formatNumber, formatSigned } from "@/lib/format";
import { chartTexts } from "@/texts/charts";
import { changeText, differenceOf, shareOf } from "./change";
import type { ChartColumn } from "./chart-data";
import { HATCHED } from "./not-recording";

/** How much something was used, beside how much before. Null where nobody knows. */
export type BarRow = {
  key: string;
  title: string;
  /** What stands in place of the title, a link for instance. */
  label?: ReactNode;
  color: string;
  now: number | null;
  before: number | null;
};

/** How high a row is, so that what stands in place of rows is as high. */
export const BAR_ROW_PX = 68;

/** Counts as bars below their names, each with a thinner one for the days before, and the change in words. */
export function BarList({ name, rows }: { name: string; rows: readonly BarRow[] }) {
  const most = Math.max(1, ...rows.flatMap(({ now, before }) => [now ?? 0, before ?? 0]));
  return (
    <ol aria-label={name} className="flex flex-col">
      {rows.map((row) => (
        <li key={row.key} className="flex flex-col justify-center gap-1" style={{ height: BAR_ROW_PX }}>
          <div className="flex items-baseline justify-between gap-3 text-sm">
            <span className="min-w-0 truncate">{row.label ?? row.title}</span>
            <span className="font-semibold tabular-nums">
              {row.now === null ? chartTexts.notRecorded : formatNumber(row.now)}
            </span>
          </div>
          <div aria-hidden="true" className="flex flex-col gap-0.5">
            <Bar count={row.now} most={most} color={row.color} className="h-2.5" />
            <Bar
              count={row.before}
              most={most}
              color="color-mix(in oklab, var(--muted-foreground) 55%, transparent)"
              className="h-1"
            />
          </div>
          <Change now={row.now} before={row.before} />
        </li>
      ))}
    </ol>
  );
}

function Bar({
  count,
  most,
  color,
  className,
}: {
  count: number | null;
  most: number;
  color: string;
  className: string;
}) {
  // Chosen by people, for a light page.
  const isOwn = color.startsWith("#");
  const style =
    count === null ? { width: "100%", ...HATCHED } : { width: `${(count / most) * 100}%`, backgroundColor: color };
  return (
    <div
      className={cn("rounded-r-sm", className, count && "min-w-0.5", isOwn && "dark:brightness-140")}
      style={style}
    />
  );
}

function Change({ now, before }: { now: number | null; before: number | null }) {
  const difference = differenceOf(now, before);
  const Icon = difference === null || difference === 0 ? Minus : difference > 0 ? TrendingUp : TrendingDown;
  return (
    <p className="flex items-center gap-1.5 text-xs text-muted-foreground tabular-nums">
      <Icon className="size-3.5 shrink-0" aria-hidden="true" />
      <span className="truncate">{changeText(now, before)}</span>
    </p>
  );
}

/** Which bar stands for which days. */
export function BarLegend({ now, before }: { now: string; before: string }) {
  return (
    <span className="flex flex-wrap gap-x-4 gap-y-0.5">
      <span className="flex items-center gap-1.5">
        <span aria-hidden="true" className="h-2.5 w-4 rounded-r-sm bg-foreground/70" />
        {now}
      </span>
      <span className="flex items-center gap-1.5">
        <span aria-hidden="true" className="h-1 w-4 rounded-r-sm bg-muted-foreground/55" />
        {before}
      </span>
    </span>
  );
}

/** The same as columns of a table, below their names. */
export function barColumns<Row extends BarRow>(header: string): ChartColumn<Row>[] {
  return [
    { header, value: (row) => row.title, text: (row) => row.label ?? row.title },
    { header: chartTexts.now, value: (row) => row.now },
    { header: chartTexts.before, value: (row) => row.before },
    {
      header: chartTexts.difference,
      value: (row) => differenceOf(row.now, row.before),
      text: (row) => {
        const difference = differenceOf(row.now, row.before);
        return difference === null ? chartTexts.unknownChange : formatSigned(difference);
      },
    },
    {
      header: chartTexts.change,
      value: (row) => shareOf(row.now, row.before),
      text: (row) => {
        const share = shareOf(row.now, row.before);
        return share === null ? changeText(row.now, row.before) : formatChange(share);
      },
    },
  ];
}
