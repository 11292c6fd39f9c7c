import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type StatsReadTopData, statsReadTop } from "@/client";
import { statsKey } from "./keys";

type Asked = Omit<NonNullable<StatsReadTopData["query"]>, "station_id">;

/** Buttons by their use over some days, beside as many before. What was shown before stays until it is there. */
export const topQuery = (stationId: string, asked: Asked) =>
  queryOptions({
    queryKey: [...statsKey(stationId), "top", asked] as const,
    meta: { followsPresses: true },
    queryFn: ({ signal }) => statsReadTop({ query: { ...asked, station_id: stationId }, signal }),
    placeholderData: keepPreviousData,
  });
