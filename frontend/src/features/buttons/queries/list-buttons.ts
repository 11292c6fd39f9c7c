import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type ButtonsListButtonsData, buttonsListButtons } from "@/client";
import { buttonListsKey } from "./keys";

export type ButtonListing = Omit<NonNullable<ButtonsListButtonsData["query"]>, "station_id">;

/** One page of a station's buttons. The page before stays until the next one is there. */
export const buttonsQuery = (stationId: string, listing: ButtonListing) =>
  queryOptions({
    queryKey: [...buttonListsKey(stationId), listing] as const,
    meta: { followsPresses: true },
    queryFn: ({ signal }) => buttonsListButtons({ query: { ...listing, station_id: stationId }, signal }),
    placeholderData: keepPreviousData,
  });
