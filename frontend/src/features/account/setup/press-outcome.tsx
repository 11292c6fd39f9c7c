import type { ButtonPublic, StationPublic } from "@/client";
import { cn } from "@/lib/cn";
import { formatNumber, formatTimeWithZone } from "@/lib/format";
import { messageOf } from "@/lib/problem";
import { setupTexts } from "@/texts/setup";
import type { WatchedKey } from "./use-watched-key";

/** A key that lights up with its first press. */
export function PressOutcome({
  station,
  button,
  firstPressedAt,
  error,
  wasIgnored,
}: WatchedKey & { station: StationPublic }) {
  const isRecorded = button.usage_count > 0;
  return (
    <div
      data-testid="press-outcome"
      data-recorded={isRecorded}
      className={cn("flex items-center gap-4 rounded-lg border bg-card p-4", isRecorded && "border-primary bg-accent")}
    >
      <span
        aria-hidden="true"
        className={cn(
          "grid size-16 shrink-0 place-content-center overflow-hidden rounded-xl border-2 bg-[#2a2d2c] p-1 text-center text-xs leading-tight font-medium break-words text-[#f4f4f2] transition-colors",
          isRecorded ? "border-primary" : "border-transparent",
        )}
      >
        <span className="line-clamp-3">{button.title}</span>
      </span>
      <div className="min-w-0">
        <p role="status" className="font-medium tabular-nums">
          {firstPressedAt === null
            ? setupTexts.waiting
            : setupTexts.recorded(formatTimeWithZone(firstPressedAt, station.zone))}
        </p>
        <p className="mt-0.5 text-sm text-muted-foreground">
          {error ? messageOf(error) : moreAbout(button, { wasIgnored })}
        </p>
      </div>
    </div>
  );
}

function moreAbout(button: ButtonPublic, { wasIgnored }: { wasIgnored: boolean }): string {
  const { usage_count: count, dedup_window_ms: windowMs } = button;
  if (count === 0) return wasIgnored ? setupTexts.ignored : setupTexts.waitingMore;
  const counted = count === 1 ? setupTexts.works : setupTexts.presses(formatNumber(count));
  return windowMs > 0 ? `${counted} ${setupTexts.dedup(formatNumber(windowMs / 1000))}` : counted;
}
