import { queryOptions } from "@tanstack/react-query";
import { statsReadUnused } from "@/client";
import { stationKey } from "@/lib/station";

export const UNUSED_DAYS = 60;
const NAMED_COUNT = 3;
const INTERVAL_MS = 600_000;

/** Active buttons that nobody used for a long time: how many, and the first few of them. */
export const unusedQuery = (stationId: string) =>
  queryOptions({
    queryKey: [...stationKey(stationId), "stats", "unused", UNUSED_DAYS],
    meta: { followsPresses: true },
    queryFn: () => statsReadUnused({ query: { station_id: stationId, days: UNUSED_DAYS, limit: NAMED_COUNT } }),
    staleTime: INTERVAL_MS,
    // On a wall nobody comes back to it.
    refetchInterval: INTERVAL_MS,
  });
