import { formatDuration, formatNumber } from "@/lib/format";
import { chartTexts } from "@/texts/charts";
import { HatchedSwatch } from "./not-recording";
import { LineSwatch } from "./series-legend";
import type { TrendPoint, TrendSeries } from "./trend";

/** The numbers of the place that is pointed at, by mouse, touch or arrow keys. */
export function TrendTooltip({
  isShown,
  payload,
  series,
}: {
  isShown: boolean;
  payload: readonly { payload?: TrendPoint }[] | undefined;
  series: readonly TrendSeries[];
}) {
  const point = payload?.[0]?.payload;
  if (!isShown || point === undefined) return null;
  return (
    <div className="max-w-72 rounded-md border bg-popover px-3 py-2 text-xs text-popover-foreground shadow-lg">
      <p className="font-medium">{point.title}</p>
      <ul className="mt-1 flex flex-col gap-0.5">
        {series.map(({ key, title, color }, place) => (
          <li key={key} className="flex items-center gap-2">
            <LineSwatch color={color} place={place} />
            <span className="min-w-0 flex-1 truncate">{title}</span>
            <span className="pl-3 font-medium tabular-nums">{valueText(point.values[place])}</span>
          </li>
        ))}
      </ul>
      {point.notRecordingS > 0 && (
        <p className="mt-1 flex items-center gap-2 text-muted-foreground">
          <HatchedSwatch />
          {chartTexts.notRecordingFor(formatDuration(point.notRecordingS))}
        </p>
      )}
    </div>
  );
}

function valueText(value: number | null | undefined): string {
  if (value === undefined) return "–";
  return value === null ? chartTexts.notRecorded : formatNumber(value);
}
