import { queryOptions } from "@tanstack/react-query";
import { type StationPublic, watchesListWatches } from "@/client";
import { stationKey } from "@/lib/station";
import type { LogQuery } from "../search";

export const gapsKey = (stationId: string) => [...stationKey(stationId), "watches"] as const;

/** Spans of a range in which nobody recorded for the station, newest first. */
export const gapsQuery = (station: StationPublic, { start, end }: Pick<LogQuery, "start" | "end">) =>
  queryOptions({
    queryKey: [...gapsKey(station.id), "log", { start, end }] as const,
    queryFn: async ({ signal }) => {
      // Before the station was there, nobody was asked to listen; nor is anything behind now a gap.
      const range = { start: start ?? station.created_at, ...(end && { end }) };
      if (Date.parse(range.start) >= Date.now() || (end && Date.parse(end) <= Date.parse(range.start))) return [];
      const { data } = await watchesListWatches({ query: { station_id: station.id, ...range }, signal });
      return data.toReversed();
    },
    staleTime: 60_000,
  });
