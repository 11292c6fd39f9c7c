import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { buttonsListButtons } from "@/client";
import { stationKey } from "./station";

const MAX_FOUND = 20;

/** The first buttons that a text finds, by title; retired ones too where `state` says so. */
export const foundButtonsQuery = (stationId: string, text: string, state: "active" | "all", limit = MAX_FOUND) =>
  queryOptions({
    queryKey: [...stationKey(stationId), "buttons", "found", state, limit, text],
    queryFn: async ({ signal }) => {
      const query = { station_id: stationId, q: text || undefined, state, sort: "title", limit } as const;
      return (await buttonsListButtons({ query, signal })).data;
    },
    placeholderData: keepPreviousData,
  });
