import type { HeatmapPublic } from "@/client";
import { cn } from "@/lib/cn";
import { formatHour, formatNumber, weekdayNames } from "@/lib/format";
import { buttonTexts } from "@/texts/buttons";

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const LABELLED_EVERY = 6;
// The palest that is told apart from an hour without presses.
const LEAST_SHARE = 0.14;
const LEGEND = [0, 0.25, 0.5, 0.75, 1];

function shadeOf(share: number): string {
  if (share === 0) return "var(--muted)";
  const percent = Math.round((LEAST_SHARE + (1 - LEAST_SHARE) * share) * 100);
  return `color-mix(in oklab, var(--chart-1) ${percent}%, var(--card))`;
}

const countOf = (count: number | null) => (count === null ? buttonTexts.notRecorded : buttonTexts.pressCount(count));

/** Counted presses by weekday and hour: the darker, the more. For screen readers, a table. */
export function Heatmap({ heatmap }: { heatmap: HeatmapPublic }) {
  const most = Math.max(1, ...heatmap.counts.flat().map((count) => count ?? 0));
  const short = weekdayNames("short");
  return (
    <figure className="relative flex flex-col gap-3">
      <div
        aria-hidden="true"
        className="grid grid-cols-[2.5rem_repeat(24,minmax(0,1fr))] items-center gap-px text-xs text-muted-foreground sm:gap-0.5"
      >
        {heatmap.counts.map((hours, weekday) => (
          <Weekday key={short[weekday]} name={short[weekday] ?? ""} weekday={weekday} hours={hours} most={most} />
        ))}
        <span />
        {HOURS.filter((hour) => hour % LABELLED_EVERY === 0).map((hour) => (
          <span key={hour} className="col-span-6 mt-1">
            {formatHour(hour)}
          </span>
        ))}
      </div>
      <Legend most={most} />
      <HeatmapTable heatmap={heatmap} />
    </figure>
  );
}

function Weekday({
  name,
  weekday,
  hours,
  most,
}: {
  name: string;
  weekday: number;
  hours: readonly (number | null)[];
  most: number;
}) {
  const longName = weekdayNames("long")[weekday] ?? "";
  return (
    <>
      <span>{name}</span>
      {hours.map((count, hour) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: the place is the hour
          key={hour}
          title={buttonTexts.cell(longName, formatHour(hour), countOf(count))}
          className={cn("h-6 rounded-[3px] sm:h-7", count === null && "bg-striped")}
          style={count === null ? undefined : { backgroundColor: shadeOf(count / most) }}
        />
      ))}
    </>
  );
}

function Legend({ most }: { most: number }) {
  return (
    <div aria-hidden="true" className="flex items-center justify-end gap-1.5 text-xs text-muted-foreground">
      {formatNumber(0)}
      {LEGEND.map((share) => (
        <span key={share} className="size-3.5 rounded-[3px]" style={{ backgroundColor: shadeOf(share) }} />
      ))}
      <span className="tabular-nums">{formatNumber(most)}</span>
      <span className="ml-3 size-3.5 rounded-[3px] bg-striped" />
      {buttonTexts.notRecorded}
    </div>
  );
}

function HeatmapTable({ heatmap }: { heatmap: HeatmapPublic }) {
  const names = weekdayNames("long");
  return (
    <div className="sr-only">
      <table>
        <caption>{buttonTexts.heatmap}</caption>
        <thead>
          <tr>
            <th scope="col">{buttonTexts.weekday}</th>
            {HOURS.map((hour) => (
              <th key={hour} scope="col">
                {formatHour(hour)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {heatmap.counts.map((hours, weekday) => (
            <tr key={names[weekday]}>
              <th scope="row">{names[weekday]}</th>
              {hours.map((count, hour) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the place is the hour
                <td key={hour}>{count === null ? buttonTexts.notRecorded : formatNumber(count)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
