import { queryOptions } from "@tanstack/react-query";
import { decksListDecks } from "@/client";
import { stationKey } from "./station";

const MAX_DECKS = 100;

export const decksKey = (stationId: string) => [...stationKey(stationId), "decks"] as const;

/** The decks of a station, by name. */
export const decksQuery = (stationId: string) =>
  queryOptions({
    queryKey: decksKey(stationId),
    queryFn: async () => (await decksListDecks({ query: { station_id: stationId, limit: MAX_DECKS } })).data,
  });
