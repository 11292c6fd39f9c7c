import { useQuery } from "@tanstack/react-query";
import type { Grouping, TimeseriesPublic } from "@/client";
import { type Progress, progressOf } from "@/components/charts/chart-card";
import { sumOf } from "./dark";
import type { Comparison } from "./days";
import { timeseriesQuery } from "./queries/read-timeseries";
import { comparedOf, selectionOf } from "./search";
import { useInsights } from "./use-insights";

const MAX_SERIES = 50;

export type Compared = {
  compared: Comparison;
  progress: Progress;
  now: TimeseriesPublic | undefined;
  before: TimeseriesPublic | undefined;
};

/** Presses by day of both spans. */
export function useCompared(by: Grouping): Compared {
  const { station, search, today } = useInsights();
  const { compared } = comparedOf(search, today);
  const asked = { ...selectionOf(search), by, bucket: "day", limit: by === "station" ? 1 : MAX_SERIES } as const;
  const now = useQuery(timeseriesQuery(station.id, { ...compared.now, ...asked }));
  const before = useQuery(timeseriesQuery(station.id, { ...compared.before, ...asked }));
  return { compared, progress: progressOf(now, before), now: now.data, before: before.data };
}

/** What all lines come to; null where nobody knows. */
export const totalOf = ({ series, buckets }: TimeseriesPublic): number | null =>
  buckets.length === 0 ? null : sumOf(series.flatMap(({ counts }) => counts));
