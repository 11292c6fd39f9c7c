import { queryOptions } from "@tanstack/react-query";
import { statsReadSummary } from "@/client";
import { stationKey } from "@/lib/station";

/** What the counts of today have in common: they follow each press. */
export const countsKey = (stationId: string) => [...stationKey(stationId), "stats", "today"] as const;

/** How many presses counted today, this week and this month. `day` is today: with the next one it is asked anew. */
export const summaryQuery = (stationId: string, day: string) =>
  queryOptions({
    queryKey: [...countsKey(stationId), "summary", day],
    queryFn: () => statsReadSummary({ query: { station_id: stationId } }),
    staleTime: 0,
  });
