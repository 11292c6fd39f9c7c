import { queryOptions } from "@tanstack/react-query";
import { statsReadUsage } from "@/client";
import { buttonKey } from "@/lib/one-button";

/** The use of one button: counts, the last 90 days, weekday by hour, and its like. */
export const usageQuery = (stationId: string, buttonId: string) =>
  queryOptions({
    queryKey: [...buttonKey(stationId, buttonId), "usage"] as const,
    meta: { followsPresses: true },
    queryFn: () => statsReadUsage({ path: { button_id: buttonId }, query: { station_id: stationId, recent: 1 } }),
  });
