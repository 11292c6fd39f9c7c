import { formatNumber } from "@/lib/format";
import { chartTexts } from "@/texts/charts";
import { HatchedSwatch } from "./not-recording";
import { LEVELS, type Level, type Scale, shadeOf } from "./scale";

/** Which shade stands for which counts. */
export function ScaleLegend({ scale, isWithPartly = false }: { scale: Scale; isWithPartly?: boolean }) {
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-1 text-xs text-muted-foreground tabular-nums">
      <Shade level={0} label={chartTexts.none} />
      {scale.map((from, step) => (
        <Shade key={from} level={(step + 1 + LEVELS - scale.length) as Level} label={spanText(from, scale[step + 1])} />
      ))}
      <li className="flex items-center gap-1.5">
        <HatchedSwatch className="size-3" />
        {chartTexts.notRecording}
      </li>
      {isWithPartly && (
        <li className="flex items-center gap-1.5">
          <span aria-hidden="true" className="size-3 rounded-[2px] border border-dashed border-foreground/70" />
          {chartTexts.partlyNotRecorded}
        </li>
      )}
    </ul>
  );
}

function Shade({ level, label }: { level: Level; label: string }) {
  return (
    <li className="flex items-center gap-1.5">
      <span
        aria-hidden="true"
        className="size-3 rounded-[2px] ring-1 ring-foreground/10 ring-inset"
        style={{ backgroundColor: shadeOf(level) }}
      />
      {label}
    </li>
  );
}

function spanText(from: number, next: number | undefined): string {
  if (next === undefined) return chartTexts.andMore(formatNumber(from));
  return next - 1 === from ? formatNumber(from) : `${formatNumber(from)}–${formatNumber(next - 1)}`;
}
