import { queryOptions } from "@tanstack/react-query";
import { statsReadSummary } from "@/client";
import { statsKey } from "./keys";

/** How many presses there are in all, among others. */
export const summaryQuery = (stationId: string) =>
  queryOptions({
    queryKey: [...statsKey(stationId), "summary"] as const,
    meta: { followsPresses: true },
    queryFn: () => statsReadSummary({ query: { station_id: stationId } }),
  });
