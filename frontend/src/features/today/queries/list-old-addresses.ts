import { queryOptions } from "@tanstack/react-query";
import { keysListOldAddresses } from "@/client";
import { stationKey } from "@/lib/station";

const MAX_KEYS = 200;

/** Keys of decks that still call an address which the server had before; never heard ones may be on no deck at all. */
export const oldAddressesQuery = (stationId: string) =>
  queryOptions({
    queryKey: [...stationKey(stationId), "keys", "old-addresses"],
    queryFn: async () => {
      const { data } = await keysListOldAddresses({ query: { station_id: stationId, limit: MAX_KEYS } });
      return data.filter((key) => key.state !== "never_heard");
    },
    staleTime: 300_000,
  });
