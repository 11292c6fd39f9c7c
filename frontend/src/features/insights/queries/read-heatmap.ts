import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type StatsReadHeatmapData, statsReadHeatmap } from "@/client";
import { statsKey } from "./keys";

type Asked = Omit<NonNullable<StatsReadHeatmapData["query"]>, "station_id">;

/** Presses by weekday and hour. What was shown before stays until it is there. */
export const heatmapQuery = (stationId: string, asked: Asked) =>
  queryOptions({
    queryKey: [...statsKey(stationId), "heatmap", asked] as const,
    meta: { followsPresses: true },
    queryFn: ({ signal }) => statsReadHeatmap({ query: { ...asked, station_id: stationId }, signal }),
    placeholderData: keepPreviousData,
  });
