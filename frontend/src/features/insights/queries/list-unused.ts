import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type StatsReadUnusedData, statsReadUnused, type UnusedButton } from "@/client";
import { unusedKey } from "./keys";

type UnusedAsked = Omit<NonNullable<StatsReadUnusedData["query"]>, "station_id">;

const MAX_PAGE = 200;

/** One page of the buttons that nobody used for some days. */
export const unusedQuery = (stationId: string, asked: UnusedAsked) =>
  queryOptions({
    queryKey: [...unusedKey(stationId), asked] as const,
    meta: { followsPresses: true },
    queryFn: ({ signal }) => statsReadUnused({ query: { ...asked, station_id: stationId }, signal }),
    placeholderData: keepPreviousData,
  });

/** All of them, for a file. */
export async function readAllUnused(
  stationId: string,
  asked: Omit<UnusedAsked, "skip" | "limit">,
): Promise<UnusedButton[]> {
  const found: UnusedButton[] = [];
  for (;;) {
    const { data, count } = await statsReadUnused({
      query: { ...asked, station_id: stationId, skip: found.length, limit: MAX_PAGE },
    });
    found.push(...data);
    if (data.length === 0 || found.length >= count) return found;
  }
}
