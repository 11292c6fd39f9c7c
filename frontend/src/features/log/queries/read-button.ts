import { queryOptions } from "@tanstack/react-query";
import { buttonsReadButton } from "@/client";
import { stationKey } from "@/lib/station";

/** A button as it is now. */
export const buttonQuery = (stationId: string, buttonId: string) =>
  queryOptions({
    queryKey: [...stationKey(stationId), "buttons", "one", buttonId] as const,
    queryFn: ({ signal }) =>
      buttonsReadButton({ path: { button_id: buttonId }, query: { station_id: stationId }, signal }),
  });
