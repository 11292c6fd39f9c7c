import { stationKey } from "@/lib/station";

/** What the keys of all counts of a station begin with. */
export const statsKey = (stationId: string) => [...stationKey(stationId), "stats"] as const;

export const unusedKey = (stationId: string) => [...statsKey(stationId), "unused"] as const;
