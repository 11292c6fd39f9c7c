import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import type { GapPublic, PressPublic, StationPublic } from "@/client";
import { useLive } from "@/lib/live";
import { itemsOf, type LogItem, startHolding } from "./items";
import { showPress, withPress, withPresses } from "./queries/cached-presses";
import { logsKey } from "./queries/keys";
import { gapsKey } from "./queries/list-gaps";
import { fetchLogPage, type LogData, logQuery, PAGE_SIZE } from "./queries/list-presses";
import { type LogFilters, matches, queryOf, showsGaps } from "./search";
import { useChanges } from "./use-changes";
import { useWaiting } from "./use-waiting";

/** A head that has grown so far, on a wall for instance, is cut back to one page. */
const LONGEST_HEAD = 5 * PAGE_SIZE;

export type Log = ReturnType<typeof useLog>;

/** The log of a station under filters: its rows as far as they are here, more of them, and what comes in meanwhile. */
export function useLog(station: StationPublic, filters: LogFilters) {
  const queryClient = useQueryClient();
  const asked = useMemo(
    () => ({ station, query: queryOf(filters, station.zone), hasGaps: showsGaps(filters) }),
    [filters, station],
  );
  const options = logQuery(asked, queryClient);
  const { queryKey } = options;
  const result = useInfiniteQuery(options);
  const { change, replace } = useChanges(queryKey);
  const { data, isFetching } = result;
  const items = useMemo(() => (data === undefined ? [] : allItems(data, station.zone)), [data, station.zone]);
  const first = data?.pageParams[0];
  const isHeadHere = first?.previous === null;

  const isRestarting = useRef(false);
  /** Begins anew at the newest press. */
  const restart = async () => {
    if (isRestarting.current) return;
    isRestarting.current = true;
    queryClient.setQueryData<LogData>(queryKey, (shown) => shown && headOf(shown));
    await queryClient.refetchQueries({ queryKey, exact: true });
    isRestarting.current = false;
  };
  const add = (received: readonly PressPublic[]) => {
    // What waited may have been received under other filters.
    const presses = received.filter((press) => matches(press, asked.query));
    const shown = queryClient.getQueryData<LogData>(queryKey);
    const isComing = isRestarting.current || (shown === undefined && isFetching);
    if (isComing || (shown !== undefined && isOpenAbove(shown)))
      change((log) => withPresses(log, presses, station.zone));
    else void restart();
  };
  const waiting = useWaiting({ add, restart: () => void restart() });
  useLive("press", (press) => {
    if (matches(press, asked.query)) waiting.receive(press);
  });
  useLive("correction", ({ press }) => {
    waiting.correct(press);
    showPress(queryClient, station.id, press);
    // Under a filter by status or words it may belong here only now.
    const belongsAnew = (asked.query.status || asked.query.note) && matches(press, asked.query);
    change((log) => (belongsAnew ? withPresses(withPress(log, press), [press], station.zone) : withPress(log, press)));
  });
  // The record was put back to an earlier state: what waits is no longer on it.
  useLive("reset", waiting.forget);
  useNewGaps(station);

  /** Goes to rows far above those that are here, in place of fetching all pages on the way. */
  const jumpTo = async (row: number) => {
    const start = first && startHolding(row, first);
    if (!start) return;
    await replace(fetchLogPage(asked, { start, queryClient }).then((page) => ({ pages: [page], pageParams: [start] })));
  };

  return {
    ...result,
    items,
    /** Which row of the log the first of the items is. */
    row: first?.row ?? 0,
    isComplete: isHeadHere && !result.hasNextPage,
    isEndHere: first !== undefined && !result.hasNextPage,
    isHeadHere,
    waiting,
    restart,
    jumpTo,
  };
}

const allItems = ({ pages, pageParams }: LogData, zone: string): LogItem[] =>
  pages.flatMap((page, index) => {
    const start = pageParams[index];
    return start === undefined ? [] : itemsOf(page, start, zone);
  });

/** Its first page alone, if that is here; else nothing, so that the log is fetched from its first page. */
function headOf({ pages, pageParams }: LogData): LogData {
  const isHead = pageParams[0]?.previous === null;
  return isHead ? { pages: pages.slice(0, 1), pageParams: pageParams.slice(0, 1) } : { pages: [], pageParams: [] };
}

function isOpenAbove({ pages, pageParams }: LogData): boolean {
  return pageParams[0]?.previous === null && (pages[0]?.presses.length ?? 0) < LONGEST_HEAD;
}

/** Fetches the log anew when the server tells of a span without a record that nobody knew of. */
function useNewGaps(station: StationPublic): void {
  const queryClient = useQueryClient();
  const queryKey = gapsKey(station.id);
  useLive("watch", async ({ last_gap }) => {
    if (last_gap === null || Date.parse(last_gap.ended_at) <= Date.parse(station.created_at)) return;
    // What is on its way may have it, or be of before: the log would take it for new.
    const asked = queryClient.getQueryCache().findAll({ queryKey, fetchStatus: "fetching" });
    await Promise.allSettled(asked.map(({ promise }) => promise));
    const lists = queryClient.getQueriesData<GapPublic[]>({ queryKey });
    if (lists.some(([, gaps]) => gaps?.some((gap) => gap.ended_at === last_gap.ended_at))) return;
    await queryClient.invalidateQueries({ queryKey });
    await queryClient.invalidateQueries({ queryKey: logsKey(station.id) });
  });
}
