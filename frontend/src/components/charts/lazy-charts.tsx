import { type ComponentType, useEffect, useState } from "react";
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

/** Null while it is on its way; throws what kept it away. */
function useChart(): Chart | null {
  const [state, setState] = useState<{ loaded: Chart | null; error?: unknown }>({ loaded: chart });
  const { loaded, error } = state;
  useEffect(() => {
    if (loaded !== null) return;
    let isWanted = true;
    const keep = (next: typeof state) => isWanted && setState(next);
    fetchChart().then(
      (fetched) => keep({ loaded: fetched }),
      (reason: unknown) => keep({ loaded: null, error: reason }),
    );
    return () => {
      isWanted = false;
    };
  }, [loaded]);
  if (error !== undefined) throw error;
  return loaded;
}

/**
 * Counts over time, as lines or bars; the room is taken while what draws them is fetched. Without Suspense, which would leave
 * the grey room there for a third of a second once it is shown.
 */
export function TrendChart(props: TrendChartProps) {
  const Shown = useChart();
  return Shown === null ? <Skeleton style={{ height: props.height }} /> : <Shown {...props} />;
}
