import { queryOptions } from "@tanstack/react-query";
import { keysListOldAddresses } from "@/client";
import { buttonsKey } from "./keys";

const MAX_KEYS = 200;

/** The station's press keys that a deck may still call under an address that the server had before. */
export const oldAddressesQuery = (stationId: string) =>
  queryOptions({
    queryKey: [...buttonsKey(stationId), "old-addresses"] as const,
    queryFn: () => keysListOldAddresses({ query: { station_id: stationId, limit: MAX_KEYS } }),
  });
