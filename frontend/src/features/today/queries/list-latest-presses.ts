import { queryOptions } from "@tanstack/react-query";
import { pressesListPresses } from "@/client";
import { stationKey } from "@/lib/station";

export const LATEST_COUNT = 30;

/** The latest presses of a station, newest first. */
export const latestPressesQuery = (stationId: string) =>
  queryOptions({
    queryKey: [...stationKey(stationId), "presses", "latest"],
    queryFn: async () => (await pressesListPresses({ query: { station_id: stationId, limit: LATEST_COUNT } })).data,
    staleTime: 0,
  });
