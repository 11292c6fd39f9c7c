import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { type GapPublic, type PressPage, type PressPublic, pressesListPresses } from "@/client";
import { pressesKey } from "./keys";
import { gapsQuery } from "./list-gaps";
import type { LogAsked } from "./list-presses";

/** So many rows fit on paper: about 110 sheets. */
export const MOST_PRINTED = 5_000;
const PAGE_SIZE = 500;

export type Printed = { presses: PressPublic[]; gaps: GapPublic[]; hasMore: boolean };

/** All presses of a range for one print, up to a limit, newest first. `onProgress` is told how many are here. */
export const printQuery = (
  { station, query, hasGaps }: LogAsked,
  { queryClient, onProgress }: { queryClient: QueryClient; onProgress: (count: number) => void },
) =>
  queryOptions({
    queryKey: [...pressesKey(station.id), "print", query] as const,
    meta: { isOfItsMoment: true },
    queryFn: async ({ signal }): Promise<Printed> => {
      const gaps = hasGaps ? await queryClient.fetchQuery(gapsQuery(station, query)) : [];
      const presses: PressPublic[] = [];
      let cursor: string | null | undefined;
      do {
        const page: PressPage = await pressesListPresses({
          query: { ...query, station_id: station.id, limit: PAGE_SIZE, cursor: cursor ?? null },
          signal,
        });
        presses.push(...page.data);
        cursor = page.next_cursor;
        onProgress(presses.length);
      } while (cursor !== null && presses.length <= MOST_PRINTED);
      const printed = presses.slice(0, MOST_PRINTED);
      const oldest = printed.at(-1);
      const hasMore = presses.length > MOST_PRINTED;
      const from = hasMore && oldest ? Date.parse(oldest.pressed_at) : -Infinity;
      return { presses: printed, gaps: gaps.filter((gap) => Date.parse(gap.ended_at) > from), hasMore };
    },
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
