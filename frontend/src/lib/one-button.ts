import { queryOptions } from "@tanstack/react-query";
import { buttonsReadButton } from "@/client";
import { stationKey } from "./station";

/** What the keys of all queries about one button begin with. */
export const buttonKey = (stationId: string, buttonId: string) =>
  [...stationKey(stationId), "buttons", "one", buttonId] as const;

/** A button as it is now. */
export const buttonQuery = (stationId: string, buttonId: string) =>
  queryOptions({
    queryKey: buttonKey(stationId, buttonId),
    meta: { followsPresses: true },
    queryFn: ({ signal }) =>
      buttonsReadButton({ path: { button_id: buttonId }, query: { station_id: stationId }, signal }),
  });
