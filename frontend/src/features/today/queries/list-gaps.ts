import { queryOptions } from "@tanstack/react-query";
import { watchesListWatches } from "@/client";
import { addDays, dayOf } from "@/lib/format";
import { stationKey } from "@/lib/station";

// A span that ends today may have begun on a day before.
const DAYS_BEFORE = 8;

/** Spans without a record that reach into a day of the station, oldest first. */
export const gapsQuery = (stationId: string, { day, zone }: { day: string; zone: string }) =>
  queryOptions({
    queryKey: [...stationKey(stationId), "watches", day],
    queryFn: async () => {
      const start = `${addDays(day, -DAYS_BEFORE)}T00:00:00Z`;
      const { data } = await watchesListWatches({ query: { station_id: stationId, start } });
      return data.filter((gap) => dayOf(gap.ended_at, zone) === day);
    },
  });
