import type { QueryClient } from "@tanstack/react-query";
import type { PressPublic } from "@/client";
import { toldBy } from "@/lib/told-by";
import { compare, type LogPage, type PageStart, startAfter } from "../items";
import { logsKey, pressKey } from "./keys";
import type { LogData } from "./list-presses";

/** Shows a press as it is now, wherever it is shown. */
export function showPress(queryClient: QueryClient, stationId: string, press: PressPublic): void {
  queryClient.setQueriesData<LogData>({ queryKey: logsKey(stationId) }, (log) => log && withPress(log, press));
  const queryKey = pressKey(stationId, press.id);
  queryClient.setQueryData<PressPublic>(queryKey, (shown) => shown && later(shown, press));
  // What is on its way may be of before.
  if (queryClient.isFetching({ queryKey, exact: true }) > 0) void queryClient.invalidateQueries({ queryKey });
}

/** The log with a press as it is now, if it has that press. */
export function withPress(log: LogData, press: PressPublic): LogData {
  const index = log.pages.findIndex((page) => page.presses.some(({ id }) => id === press.id));
  if (index < 0) return log;
  const pages = log.pages.map((page, at) =>
    at === index
      ? { ...page, presses: page.presses.map((row) => (row.id === press.id ? later(row, press) : row)) }
      : page,
  );
  return { ...log, pages };
}

const later = (known: PressPublic, told: PressPublic): PressPublic => (toldBy(told) < toldBy(known) ? known : told);

/**
 * The log with presses that just came, each at its place; as far as the page of that place is here. What came late may
 * belong far below its head.
 */
export function withPresses(data: LogData, presses: readonly PressPublic[], zone: string): LogData {
  const pages = [...data.pages];
  const isHeadHere = data.pageParams[0]?.previous === null;
  for (const press of presses) {
    if (pages.some((page) => page.presses.some(({ id }) => id === press.id))) continue;
    const index = pageOf(press, pages);
    const page = pages[index];
    if (page === undefined || (index === 0 && !isHeadHere && isAbove(press, page))) continue;
    pages[index] = { ...page, presses: [...page.presses, press].sort(compare) };
  }
  return rechained(pages, data.pageParams, zone);
}

/** The page whose last press is older; a press that is older than all belongs to the last page if there is no more. */
function pageOf(press: PressPublic, pages: readonly LogPage[]): number {
  const index = pages.findIndex((page) => {
    const last = page.presses.at(-1);
    return last !== undefined && compare(press, last) < 0;
  });
  if (index >= 0) return index;
  return pages.at(-1)?.nextCursor === null ? pages.length - 1 : -1;
}

function isAbove(press: PressPublic, page: LogPage): boolean {
  const [first] = page.presses;
  return first === undefined || compare(press, first) < 0;
}

/** The same pages, each beginning where the one above it ends now. */
function rechained(pages: LogPage[], starts: readonly PageStart[], zone: string): LogData {
  const pageParams: PageStart[] = [];
  for (const [index, start] of starts.entries()) {
    const above = pages[index - 1];
    const startAbove = pageParams[index - 1];
    pageParams.push((above && startAbove && startAfter(above, startAbove, zone)) ?? start);
  }
  return { pages, pageParams };
}

/** A press that a log already has. */
export function knownPress(queryClient: QueryClient, stationId: string, pressId: string): PressPublic | undefined {
  for (const [, data] of queryClient.getQueriesData<LogData>({ queryKey: logsKey(stationId) })) {
    for (const page of data?.pages ?? []) {
      const known = page.presses.find(({ id }) => id === pressId);
      if (known !== undefined) return known;
    }
  }
  return undefined;
}
