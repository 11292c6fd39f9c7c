import { type ComponentType, Suspense, use } from "react";
import { Skeleton } from "@/components/ui/skeleton";
import type { TrendChartProps } from "./trend";

type Chart = ComponentType<TrendChartProps>;

let chart: Chart | null = null;
let asked: Promise<Chart> | null = null;

async function importChart(): Promise<Chart> {
  try {
    chart = (await import("./trend-chart")).TrendChart;
    return chart;
  } catch (error) {
    asked = null;
    throw error;
  }
}

/** Fetches the library that draws lines, which is larger than the rest of a screen. What failed is fetched anew. */
export function fetchChart(): Promise<Chart> {
  asked ??= importChart();
  return asked;
}

/** Counts over time, as lines or bars; the room is taken while what draws them is fetched. */
export function TrendChart(props: TrendChartProps) {
  return (
    <Suspense fallback={<Skeleton style={{ height: props.height }} />}>
      <Drawn {...props} />
    </Suspense>
  );
}

/** Where the library is here already it draws at once: a grey room, once it is shown, stays for a third of a second. */
function Drawn(props: TrendChartProps) {
  const Shown = chart ?? use(fetchChart());
  return <Shown {...props} />;
}
