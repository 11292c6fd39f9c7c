import { cn } from "@/lib/cn";
import { formatNumber } from "@/lib/format";
import { chartTexts } from "@/texts/charts";
import { dashOf } from "./series-style";
import type { TrendSeries } from "./trend";

/** A bit of a line as it is drawn. */
export function LineSwatch({ color, place }: { color: string; place: number }) {
  return (
    <svg width="22" height="8" viewBox="0 0 22 8" aria-hidden="true" className="shrink-0">
      <line x1="0" y1="4" x2="22" y2="4" stroke={color} strokeWidth="2.5" strokeDasharray={dashOf(place)} />
    </svg>
  );
}

/** The lines of a chart by name, with what they come to. One that is in the way can be hidden. */
export function SeriesLegend({
  series,
  totals,
  hiddenKeys,
  onToggle,
}: {
  series: readonly TrendSeries[];
  totals: readonly (number | null)[];
  hiddenKeys: ReadonlySet<string>;
  onToggle: (key: string) => void;
}) {
  return (
    <ul className="flex flex-wrap gap-x-1 gap-y-0.5">
      {series.map(({ key, title, color }, place) => {
        const isHidden = hiddenKeys.has(key);
        const total = totals[place] ?? null;
        return (
          <li key={key} className="max-w-full">
            <button
              type="button"
              aria-pressed={!isHidden}
              title={isHidden ? chartTexts.show(title) : chartTexts.hide(title)}
              onClick={() => onToggle(key)}
              className={cn(
                "flex h-9 max-w-full items-center gap-2 rounded-md px-2 text-sm outline-none hover:bg-muted focus-visible:ring-2 focus-visible:ring-ring",
                isHidden && "text-muted-foreground line-through",
              )}
            >
              <LineSwatch color={isHidden ? "var(--border)" : color} place={place} />
              <span className="truncate">{title}</span>
              <span className="text-muted-foreground tabular-nums">
                {total === null ? chartTexts.notRecorded : formatNumber(total)}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
