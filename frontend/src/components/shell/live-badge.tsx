import { cn } from "@/lib/cn";
import { type LiveStatus, useLiveStatus } from "@/lib/live";
import { shellTexts } from "@/texts/shell";

const LABELS: Record<LiveStatus, string> = {
  live: shellTexts.live,
  connecting: shellTexts.connecting,
  offline: shellTexts.offline,
};

const HINTS: Record<LiveStatus, string> = {
  live: shellTexts.liveHint,
  connecting: shellTexts.connectingHint,
  offline: shellTexts.offlineHint,
};

const LONGEST_LABEL = Object.values(LABELS).reduce((longest, label) =>
  label.length > longest.length ? label : longest,
);

// Told apart by their shape too: on a phone they stand without a word, which the name of the station needs more.
const DOTS: Record<LiveStatus, string> = {
  live: "rounded-full bg-primary",
  connecting: "rounded-full border-2 border-muted-foreground",
  offline: "rotate-45 bg-destructive",
};

/** Whether what happens appears by itself. */
export function LiveBadge() {
  const status = useLiveStatus();
  return (
    <span
      role="status"
      title={HINTS[status]}
      data-testid="live-status"
      data-status={status}
      className="flex flex-row-reverse items-center gap-1.5 px-2 py-1 text-xs font-medium text-muted-foreground"
    >
      <span aria-hidden="true" className={cn("size-2", DOTS[status])} />
      {/* As wide as the longest word in each state, and a new element for each word: nothing on the screen moves. */}
      <span className="sr-only sm:not-sr-only sm:grid sm:justify-items-end">
        <span key={status} className="col-start-1 row-start-1">
          {LABELS[status]}
        </span>
        <span aria-hidden="true" className="invisible col-start-1 row-start-1 h-0">
          {LONGEST_LABEL}
        </span>
      </span>
    </span>
  );
}
