import type { CSSProperties } from "react";
import { cn } from "@/lib/cn";
import { formatDuration } from "@/lib/format";
import { chartTexts } from "@/texts/charts";

/** Hatched, as what nobody knows is on every chart. */
export const HATCHED: CSSProperties = {
  backgroundColor: "var(--card)",
  backgroundImage:
    "repeating-linear-gradient(45deg, color-mix(in oklab, var(--muted-foreground) 45%, transparent) 0 1px, transparent 1px 4px)",
};

export function HatchedSwatch({ className }: { className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={cn("inline-block h-3 w-4 shrink-0 rounded-[2px] border border-muted-foreground/40", className)}
      style={HATCHED}
    />
  );
}

/** Says for how long of what is shown, or of the days that are named, nothing was recorded. Nothing where that is not so. */
export function NotRecordingNote({ seconds, of, className }: { seconds: number; of?: string; className?: string }) {
  if (seconds === 0) return null;
  const hint = chartTexts.notRecordingHint(formatDuration(seconds));
  return (
    <p className={cn("flex items-start gap-2 text-sm text-muted-foreground", className)}>
      <HatchedSwatch className="mt-1" />
      <span className="text-pretty">{of === undefined ? hint : `${of}: ${hint}`}</span>
    </p>
  );
}
