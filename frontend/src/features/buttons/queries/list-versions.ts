import { queryOptions } from "@tanstack/react-query";
import { buttonsListButtonVersions } from "@/client";
import { buttonKey } from "@/lib/one-button";

const MAX_VERSIONS = 200;

export const versionsQuery = (stationId: string, buttonId: string) =>
  queryOptions({
    queryKey: [...buttonKey(stationId, buttonId), "versions"] as const,
    queryFn: () =>
      buttonsListButtonVersions({
        path: { button_id: buttonId },
        query: { station_id: stationId, limit: MAX_VERSIONS },
      }),
  });
