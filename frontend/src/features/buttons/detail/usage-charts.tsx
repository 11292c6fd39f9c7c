import { CircleOff } from "lucide-react";
import type { HeatmapPublic, TimeseriesPublic } from "@/client";
import { ChartCard, type Progress } from "@/components/charts/chart-card";
import { HEATMAP_HEIGHT, HeatmapGrid, heatmapData } from "@/components/charts/heatmap-grid";
import { TrendChart } from "@/components/charts/lazy-charts";
import { pointsOf, seriesOf, trendData } from "@/components/charts/timeseries";
import { EmptyFace } from "@/components/faces";
import { formatNumber } from "@/lib/format";
import { buttonTexts } from "@/texts/buttons";

const TREND_PX = 192;

/** Whether there was none; where nothing was recorded at all, nobody knows. */
const isNone = (counts: readonly (number | null)[]): boolean =>
  counts.includes(0) && counts.every((count) => count === null || count === 0);

/** Counted presses by day. */
export function TrendCard({ trend, progress }: { trend: TimeseriesPublic | undefined; progress: Progress }) {
  const [series] = trend?.series ?? [];
  return (
    <ChartCard
      title={buttonTexts.trend}
      description={buttonTexts.trendHint(series && formatNumber(series.total))}
      progress={progress}
      data={trend ? trendData(trend) : null}
      bodyClassName="h-48"
      empty={series && isNone(series.counts) && <NotLately />}
    >
      {trend && (
        <TrendChart
          kind="bars"
          name={buttonTexts.trend}
          series={seriesOf(trend)}
          points={pointsOf(trend)}
          height={TREND_PX}
        />
      )}
    </ChartCard>
  );
}

/** When in the week it is pressed. */
export function HoursCard({ heatmap, progress }: { heatmap: HeatmapPublic | undefined; progress: Progress }) {
  return (
    <ChartCard
      title={buttonTexts.heatmap}
      description={buttonTexts.heatmapHint}
      progress={progress}
      data={heatmap ? heatmapData(heatmap, `presses-by-hour-${heatmap.start}-${heatmap.end}`) : null}
      bodyClassName={HEATMAP_HEIGHT}
      empty={heatmap && isNone(heatmap.counts.flat()) && <NotLately />}
    >
      {heatmap && <HeatmapGrid name={buttonTexts.heatmap} heatmap={heatmap} />}
    </ChartCard>
  );
}

function NotLately() {
  return <EmptyFace icon={CircleOff} title={buttonTexts.notLately} className="h-full justify-center" />;
}
