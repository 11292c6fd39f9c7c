import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type StatsReadTimeseriesData, statsReadTimeseries } from "@/client";
import { statsKey } from "./keys";

type Asked = Omit<NonNullable<StatsReadTimeseriesData["query"]>, "station_id">;

/** Presses over time. What was shown before stays until it is there. */
export const timeseriesQuery = (stationId: string, asked: Asked) =>
  queryOptions({
    queryKey: [...statsKey(stationId), "timeseries", asked] as const,
    meta: { followsPresses: true },
    queryFn: ({ signal }) => statsReadTimeseries({ query: { ...asked, station_id: stationId }, signal }),
    placeholderData: keepPreviousData,
  });
