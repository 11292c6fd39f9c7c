import { queryOptions } from "@tanstack/react-query";
import { keysListOldAddresses } from "@/client";
import { stationKey } from "./station";

const MAX_KEYS = 200;

/**
 * The press keys that a deck may still call under an address that the server had before. For editors and owners. Whoever
 * has its new URL goes from here with its first press.
 */
export const oldAddressesQuery = (stationId: string) =>
  queryOptions({
    queryKey: [...stationKey(stationId), "old-addresses"] as const,
    meta: { followsPresses: true },
    queryFn: () => keysListOldAddresses({ query: { station_id: stationId, limit: MAX_KEYS } }),
  });
