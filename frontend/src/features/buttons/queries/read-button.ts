import { queryOptions } from "@tanstack/react-query";
import { buttonsReadButton } from "@/client";
import { buttonKey } from "./keys";

export const buttonQuery = (stationId: string, buttonId: string) =>
  queryOptions({
    queryKey: buttonKey(stationId, buttonId),
    meta: { followsPresses: true },
    queryFn: () => buttonsReadButton({ path: { button_id: buttonId }, query: { station_id: stationId } }),
  });
