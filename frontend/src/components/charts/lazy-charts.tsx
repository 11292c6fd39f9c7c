import { lazy, Suspense } from "react";
import { Skeleton } from "@/components/ui/skeleton";
import type { TrendChartProps } from "./trend";

// The library that draws lines is larger than the rest of a screen.
const Drawn = lazy(async () => ({ default: (await import("./trend-chart")).TrendChart }));

/** Counts over time, as lines or bars; the room is taken while what draws them is fetched. */
export function TrendChart(props: TrendChartProps) {
  return (
    <Suspense fallback={<Skeleton style={{ height: props.height }} />}>
      <Drawn {...props} />
    </Suspense>
  );
}
