import { stationKey } from "@/lib/station";

/** What the keys of all queries about a station's buttons begin with. */
export const buttonsKey = (stationId: string) => [...stationKey(stationId), "buttons"] as const;

export const buttonListsKey = (stationId: string) => [...buttonsKey(stationId), "list"] as const;
