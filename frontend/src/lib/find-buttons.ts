import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { buttonsListButtons } from "@/client";
import { stationKey } from "./station";

const MAX_FOUND = 20;

/** The buttons that a text finds, by title; retired ones too where `state` says so. */
export const foundButtonsQuery = (stationId: string, text: string, state: "active" | "all") =>
  queryOptions({
    queryKey: [...stationKey(stationId), "buttons", "found", state, text],
    queryFn: async ({ signal }) => {
      const query = { station_id: stationId, q: text || undefined, state, sort: "title", limit: MAX_FOUND } as const;
      return (await buttonsListButtons({ query, signal })).data;
    },
    placeholderData: keepPreviousData,
  });
