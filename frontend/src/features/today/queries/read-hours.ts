import { queryOptions } from "@tanstack/react-query";
import { statsReadTimeseries } from "@/client";
import { addDays } from "@/lib/format";
import { stationKey } from "@/lib/station";

// As far back as the API tells hours of a whole station: four of each weekday.
const DAYS_BEFORE = 28;
const INTERVAL_MS = 600_000;

/** Counted presses of a day, hour by hour, as far as it has come. */
export const hoursQuery = (stationId: string, day: string) =>
  queryOptions({
    queryKey: [...stationKey(stationId), "stats", "today", "hours", day],
    meta: { followsPresses: true },
    queryFn: () => readHours(stationId, day, addDays(day, 1)),
    staleTime: 0,
  });

/** The same of the four weeks before the day, which change with what is corrected, entered or sent late only. */
export const hoursBeforeQuery = (stationId: string, day: string) =>
  queryOptions({
    queryKey: [...stationKey(stationId), "stats", "hours-before", day],
    queryFn: () => readHours(stationId, addDays(day, -DAYS_BEFORE), day),
    staleTime: INTERVAL_MS,
    // On a wall nobody comes back to it.
    refetchInterval: INTERVAL_MS,
  });

const readHours = (stationId: string, start: string, end: string) =>
  statsReadTimeseries({ query: { station_id: stationId, start, end, bucket: "hour" } });
