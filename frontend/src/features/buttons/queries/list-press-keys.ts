import { queryOptions } from "@tanstack/react-query";
import { keysListPressKeys } from "@/client";
import { buttonKey } from "@/lib/one-button";

const MAX_KEYS = 200;

/** The press keys of a button, newest first. Editors and owners may ask. */
export const pressKeysQuery = (stationId: string, buttonId: string, { isWithRevoked }: { isWithRevoked: boolean }) =>
  queryOptions({
    queryKey: [...buttonKey(stationId, buttonId), "keys", { isWithRevoked }] as const,
    meta: { followsPresses: true },
    queryFn: () =>
      keysListPressKeys({
        path: { button_id: buttonId },
        query: { station_id: stationId, include_revoked: isWithRevoked, limit: MAX_KEYS },
      }),
  });
