import { queryOptions } from "@tanstack/react-query";
import { readAllButtons } from "@/lib/all-buttons";
import { colorsOf } from "@/lib/button-words";
import { stationKey } from "@/lib/station";

const INTERVAL_MS = 600_000;

/** What Today must know of all active buttons. The API has no order by last day, so all are read. */
const activeButtonsQuery = (stationId: string) =>
  queryOptions({
    queryKey: [...stationKey(stationId), "buttons", "of-today"],
    queryFn: async () => {
      const buttons = await readAllButtons({ station_id: stationId, state: "active" });
      return {
        ending: buttons
          .flatMap(({ id, title, ends_on }) => (ends_on === null ? [] : [{ id, title, endsOn: ends_on }]))
          .sort((one, other) => one.endsOn.localeCompare(other.endsOn)),
        colors: colorsOf(buttons),
      };
    },
    staleTime: INTERVAL_MS,
    // On a wall nobody comes back to it.
    refetchInterval: INTERVAL_MS,
  });

/** Active buttons that have a last day, the earliest first. */
export const endingButtonsQuery = (stationId: string) =>
  queryOptions({ ...activeButtonsQuery(stationId), select: ({ ending }) => ending });

/** The colours that active buttons have of their own, by their ids. */
export const buttonColorsQuery = (stationId: string) =>
  queryOptions({ ...activeButtonsQuery(stationId), select: ({ colors }) => colors });
