import { stationKey } from "@/lib/station";
import type { LogQuery } from "../search";

/** What the keys of all queries about a station's presses begin with. */
export const pressesKey = (stationId: string) => [...stationKey(stationId), "presses"] as const;

export const logsKey = (stationId: string) => [...pressesKey(stationId), "log"] as const;

export const logKey = (stationId: string, query: LogQuery) => [...logsKey(stationId), query] as const;

export const pressKey = (stationId: string, pressId: string) => [...pressesKey(stationId), "one", pressId] as const;
