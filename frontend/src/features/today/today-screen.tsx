import { lazy, Suspense, useState } from "react";
import type { PressPublic, StationPublic } from "@/client";
import { RowsSkeleton } from "@/components/faces";
import { PageHeader } from "@/components/page-header";
import { Card } from "@/components/ui/card";
import { useNow } from "@/hooks/use-now";
import { useToday } from "@/hooks/use-today";
import { formatClock, formatDate } from "@/lib/format";
import { useStation } from "@/lib/station";
import { commonTexts } from "@/texts/common";
import { todayTexts } from "@/texts/today";
import { AttentionCard } from "./attention-card";
import { CountsCard } from "./counts-card";
import { DecksCard } from "./decks-card";
import { LatestCard } from "./latest-card";
import { LATEST_COUNT } from "./queries/list-latest-presses";
import { useAttention } from "./use-attention";
import { type LatestPresses, useLatestPresses } from "./use-latest-presses";

const Guide = lazy(async () => ({ default: (await import("./guide")).Guide }));

/** Home: what is happening now, or the way to the first press. */
export function TodayScreen() {
  const station = useStation();
  const day = useToday(station.zone);
  const latest = useLatestPresses(station.id);
  const guide = useGuide(latest);
  return (
    <>
      <PageHeader title={todayTexts.title} description={<Welcome day={day} zone={station.zone} />} />
      {guide.isShown ? (
        <Suspense fallback={<RowsSkeleton rows={5} rowClassName="h-16" />}>
          <Guide station={station} presses={latest.presses} firstPress={guide.firstPress} onDone={guide.leave} />
        </Suspense>
      ) : (
        <Board station={station} day={day} latest={latest} />
      )}
    </>
  );
}

function Welcome({ day, zone }: { day: string; zone: string }) {
  const now = useNow(1_000);
  const date = formatDate(day, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  return (
    <>
      <span className="block font-medium text-foreground tabular-nums">
        {date} · {formatClock(now, zone)}
      </span>
      <span className="mt-1 block">{commonTexts.welcome}</span>
    </>
  );
}

function Board({ station, day, latest }: { station: StationPublic; day: string; latest: LatestPresses }) {
  const attention = useAttention(station, day);
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem] lg:gap-5">
      <div className="grid min-w-0 gap-4 lg:gap-5">
        <CountsCard stationId={station.id} day={day} />
        <LatestCard stationId={station.id} latest={latest} zone={station.zone} day={day} />
      </div>
      {/* Nobody knows how much needs attention before it is known, so what stands below it waits: nothing jumps. */}
      {attention.isKnown ? (
        <div className="grid min-w-0 gap-4 lg:gap-5">
          <AttentionCard attention={attention} />
          <DecksCard stationId={station.id} zone={station.zone} />
        </div>
      ) : (
        <Card>
          <RowsSkeleton rows={4} rowClassName="h-16" />
        </Card>
      )}
    </div>
  );
}

/** A link preview is nobody's press. */
const isReal = (press: PressPublic): boolean => press.status !== "ignored";

/**
 * Whether the guide is shown: to a station without a real press, and on until whoever saw the first one arrive has read
 * so. Nothing of it is kept: after a reload the record decides.
 */
function useGuide({ query, presses }: LatestPresses): {
  isShown: boolean;
  firstPress: PressPublic | null;
  leave: () => void;
} {
  const [wasEmpty, setWasEmpty] = useState(false);
  const firstPress = presses.findLast(isReal) ?? null;
  // Behind so many previews that nothing else is in sight there may be years of presses.
  const isAllInSight = presses.length < LATEST_COUNT;
  const isEmpty = query.data !== undefined && firstPress === null && isAllInSight;
  if (isEmpty && !wasEmpty) setWasEmpty(true);
  return { isShown: isEmpty || wasEmpty, firstPress, leave: () => setWasEmpty(false) };
}
