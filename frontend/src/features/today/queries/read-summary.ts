import { queryOptions } from "@tanstack/react-query";
import { statsReadSummary } from "@/client";
import { stationKey } from "@/lib/station";

/** How many presses counted today, this week and this month. `day` is today: with the next one it is asked anew. */
export const summaryQuery = (stationId: string, day: string) =>
  queryOptions({
    queryKey: [...stationKey(stationId), "stats", "today", "summary", day],
    meta: { followsPresses: true },
    queryFn: () => statsReadSummary({ query: { station_id: stationId } }),
    staleTime: 0,
  });
