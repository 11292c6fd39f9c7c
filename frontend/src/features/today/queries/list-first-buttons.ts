import { queryOptions } from "@tanstack/react-query";
import { buttonsListButtons } from "@/client";
import { stationKey } from "@/lib/station";

/** The first button that a station made, with how many there are. */
export const firstButtonsQuery = (stationId: string) =>
  queryOptions({
    queryKey: [...stationKey(stationId), "buttons", "first"],
    queryFn: () =>
      buttonsListButtons({ query: { station_id: stationId, state: "active", sort: "created_at", limit: 1 } }),
    staleTime: 0,
    // Another editor, or another tab, may make it.
    refetchInterval: 10_000,
  });
