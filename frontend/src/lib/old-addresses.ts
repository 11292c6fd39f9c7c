import { queryOptions } from "@tanstack/react-query";
import { keysListOldAddresses } from "@/client";
import { stationKey } from "./station";

const MAX_KEYS = 200;

export const oldAddressesKey = (stationId: string) => [...stationKey(stationId), "old-addresses"] as const;

/** The press keys that a deck may still call under an address that the server had before. For editors and owners. */
export const oldAddressesQuery = (stationId: string) =>
  queryOptions({
    queryKey: oldAddressesKey(stationId),
    queryFn: () => keysListOldAddresses({ query: { station_id: stationId, limit: MAX_KEYS } }),
  });
