import { queryOptions } from "@tanstack/react-query";
import { buttonsListButtons } from "@/client";
import { stationKey } from "@/lib/station";

const MOST_BUTTONS = 200;

const logButtonsKey = (stationId: string) => [...stationKey(stationId), "buttons", "of-log"] as const;

/** The buttons of a station by title, retired ones too: for their colours, and the types that there are. */
export const buttonsQuery = (stationId: string) =>
  queryOptions({
    queryKey: logButtonsKey(stationId),
    queryFn: async ({ signal }) =>
      (await buttonsListButtons({ query: { station_id: stationId, state: "all", limit: MOST_BUTTONS }, signal })).data,
    staleTime: 60_000,
  });

/** Buttons whose title, description, source or tags contain a text. */
export const buttonSearchQuery = (stationId: string, text: string) =>
  queryOptions({
    queryKey: [...logButtonsKey(stationId), "search", text] as const,
    queryFn: async ({ signal }) =>
      (await buttonsListButtons({ query: { station_id: stationId, state: "all", q: text, limit: 50 }, signal })).data,
    staleTime: 60_000,
  });
