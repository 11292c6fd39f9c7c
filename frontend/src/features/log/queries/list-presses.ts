import { type InfiniteData, infiniteQueryOptions, type QueryClient } from "@tanstack/react-query";
import { type GapPublic, type PressPage, type PressPublic, pressesListPresses, type StationPublic } from "@/client";
import { compare, FIRST_PAGE, type LogPage, lastPlace, type PageStart, startAfter, startBefore } from "../items";
import type { LogQuery } from "../search";
import { logKey } from "./keys";
import { gapsQuery } from "./list-gaps";

export type LogData = InfiniteData<LogPage, PageStart>;

export const PAGE_SIZE = 200;
const ENOUGH_PRESSES = 50;
// Of each answer of the API, which looks at 10,000 rows at most and may find nothing in them.
const MOST_ANSWERS = 5;
/** So many presses are kept in memory, in the pages around those that are looked at. */
const KEPT_PRESSES = 2_400;

/** What of the log is asked for: under which filters, and whether spans without a record belong into it. */
export type LogAsked = { station: StationPublic; query: LogQuery; hasGaps: boolean };

/** One page of the log after another, in both directions; what is far from both ends of what is here is let go. */
export function logQuery(asked: LogAsked, queryClient: QueryClient) {
  const { station, query } = asked;
  const queryKey = logKey(station.id, query);
  return infiniteQueryOptions<LogPage, Error, LogData, ReturnType<typeof logKey>, PageStart>({
    queryKey,
    queryFn: ({ pageParam, signal }) => fetchLogPage(asked, { start: pageParam, queryClient, signal }),
    initialPageParam: FIRST_PAGE,
    getNextPageParam: (page, _pages, start) => startAfter(page, start, station.zone),
    getPreviousPageParam: (_page, _pages, start) => startBefore(start),
    maxPages: keptPages(queryClient.getQueryData<LogData>(queryKey)),
    staleTime: 0,
    refetchOnWindowFocus: false,
  });
}

/** The page of the log that begins at a place. */
export async function fetchLogPage(
  { station, query, hasGaps }: LogAsked,
  { start, queryClient, signal }: { start: PageStart; queryClient: QueryClient; signal?: AbortSignal },
): Promise<LogPage> {
  const ask = (cursor: string | null) =>
    pressesListPresses({
      query: { ...query, station_id: station.id, limit: PAGE_SIZE, ...(cursor && { cursor }) },
      ...(signal && { signal }),
    });
  const [gaps, page] = await Promise.all([
    hasGaps ? queryClient.fetchQuery(gapsQuery(station, query)) : [],
    readPage(start, ask),
  ]);
  return { ...page, gaps: gapsOf(gaps, page, start) };
}

/** Pages of a narrow filter are short: they are kept until they are as many presses as those of a full one. */
function keptPages(data: LogData | undefined): number {
  if (data === undefined) return 0;
  const count = data.pages.reduce((sum, page) => sum + page.presses.length, 0);
  return count < KEPT_PRESSES ? 0 : data.pages.length;
}

/** Asks on where an answer is short, so that a page is worth its name; or until it meets the page that is below it. */
async function readPage(
  start: PageStart,
  ask: (cursor: string | null) => Promise<PressPage>,
): Promise<Omit<LogPage, "gaps">> {
  const presses: PressPublic[] = [];
  let cursor = start.cursor;
  for (let answers = 0; answers < MOST_ANSWERS || start.through; answers++) {
    const { data, next_cursor } = await ask(cursor);
    presses.push(...data);
    cursor = next_cursor;
    if (start.through ? isMet(start.through, presses, cursor) : cursor === null || presses.length >= ENOUGH_PRESSES) {
      break;
    }
  }
  if (start.through === undefined) return { presses, nextCursor: cursor };
  const { place } = start.through;
  const above = place === null ? presses : presses.filter((press) => compare(press, place) <= 0);
  return { presses: above, nextCursor: start.through.cursor };
}

function isMet(
  through: NonNullable<PageStart["through"]>,
  presses: readonly PressPublic[],
  cursor: string | null,
): boolean {
  const last = presses.at(-1);
  if (cursor === null || cursor === through.cursor) return true;
  return through.place !== null && last !== undefined && compare(last, through.place) >= 0;
}

/** The gaps that lie among the presses of a page, by their ends; the last page has all that are left. */
function gapsOf(gaps: readonly GapPublic[], page: Omit<LogPage, "gaps">, start: PageStart): GapPublic[] {
  const upto = start.after === null ? Infinity : Date.parse(start.after.pressed_at);
  const last = lastPlace({ ...page, gaps: [] }, start);
  const behind = page.nextCursor === null ? -Infinity : last === null ? Infinity : Date.parse(last.pressed_at);
  return gaps.filter(({ ended_at }) => Date.parse(ended_at) <= upto && Date.parse(ended_at) > behind);
}
