import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type StatsReadCalendarData, statsReadCalendar } from "@/client";
import { statsKey } from "./keys";

type Asked = Omit<NonNullable<StatsReadCalendarData["query"]>, "station_id">;

/** Presses of a year by day. What was shown before stays until it is there. */
export const calendarQuery = (stationId: string, asked: Asked) =>
  queryOptions({
    queryKey: [...statsKey(stationId), "calendar", asked] as const,
    meta: { followsPresses: true },
    queryFn: ({ signal }) => statsReadCalendar({ query: { ...asked, station_id: stationId }, signal }),
    placeholderData: keepPreviousData,
  });
