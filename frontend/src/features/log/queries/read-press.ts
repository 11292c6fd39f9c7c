import { queryOptions } from "@tanstack/react-query";
import { pressesReadPress } from "@/client";
import { pressKey } from "./keys";

/** One press, with its corrections. */
export const pressQuery = (stationId: string, pressId: string) =>
  queryOptions({
    queryKey: pressKey(stationId, pressId),
    queryFn: ({ signal }) =>
      pressesReadPress({ path: { press_id: pressId }, query: { station_id: stationId }, signal }),
  });
