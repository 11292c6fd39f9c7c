import { queryOptions } from "@tanstack/react-query";
import { buttonsListButtonRetirements } from "@/client";
import { buttonKey } from "@/lib/one-button";

const MAX_RETIREMENTS = 200;

export const retirementsQuery = (stationId: string, buttonId: string) =>
  queryOptions({
    queryKey: [...buttonKey(stationId, buttonId), "retirements"] as const,
    queryFn: () =>
      buttonsListButtonRetirements({
        path: { button_id: buttonId },
        query: { station_id: stationId, limit: MAX_RETIREMENTS },
      }),
  });
