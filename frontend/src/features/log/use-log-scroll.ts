import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useIsPhone } from "@/hooks/use-media-query";
import type { LogItem } from "./items";
import type { Log } from "./use-log";

const ROW_PX = 40;
const PHONE_ROW_PX = 56;
/** The header of the page and the head of the table, which stay above the rows. */
const HEAD_PX = 128;
const OVERSCAN = 12;
/** Grey rows below the last one that is here, while there are more. */
const TAIL_ROWS = 12;
/** So many rows ahead the next page is fetched: nobody scrolls through them before it is here. */
const AHEAD_ROWS = 400;
/** From so many rows above what is here, the pages between are not fetched. */
const FAR_ROWS = 600;
// Browsers end a page at some height: Firefox at 17.9 million pixels, Chromium at 33.5. Rows that are further up than
// that are left out of the page, until somebody comes back to them.
const MOST_ROWS = 200_000;

export type ShownRow = { row: number; item: LogItem | null; isEnd: boolean };

/** Which rows are to be drawn, where, and what has to be fetched for that. */
export function useLogScroll(log: Log, bodyRef: RefObject<HTMLElement | null>) {
  const rowPx = useIsPhone() ? PHONE_ROW_PX : ROW_PX;
  const top = useTopOf(bodyRef);
  const [wantedLeftOut, setLeftOut] = useState(0);
  const end = log.row + log.items.length;
  // Where the log began anew, nothing is left out any more.
  const isAnew = wantedLeftOut > 0 && wantedLeftOut >= end;
  const leftOut = isAnew ? 0 : wantedLeftOut;
  const count = Math.max(0, end + (log.hasNextPage ? TAIL_ROWS : 1) - leftOut);
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
    scrollMargin: top,
    useFlushSync: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are measured anew when their height is another one
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowPx]);

  const offset = virtualizer.scrollOffset ?? 0;
  const firstRow = leftOut + Math.max(0, Math.floor((offset + HEAD_PX - top) / rowPx));
  const drawn = virtualizer.getVirtualItems();
  const lastRow = leftOut + (drawn.at(-1)?.index ?? 0);
  useAnchor(log, { firstRow, leftOut, rowPx, isAnew });
  useFetching(log, { firstRow, lastRow, offset });

  const { setAtHead } = log.waiting;
  const isAtHead = firstRow === 0;
  useEffect(() => setAtHead(isAtHead), [isAtHead, setAtHead]);
  useEffect(() => {
    if (isDrawnHere(offset)) setLeftOut(leftOutOf({ now: leftOut, firstRow, end }));
  }, [leftOut, firstRow, end, offset]);

  const rows = drawn.map(({ index }): ShownRow => {
    const row = leftOut + index;
    return { row, item: log.items[row - log.row] ?? null, isEnd: row === end && log.isEndHere };
  });
  const above = (drawn[0]?.start ?? top) - top;
  return {
    rows,
    above,
    below: Math.max(0, virtualizer.getTotalSize() - above - drawn.length * rowPx),
    firstRow,
    isAtHead,
    rowPx,
  };
}

function leftOutOf({ now, firstRow, end }: { now: number; firstRow: number; end: number }): number {
  const isNearTop = now > 0 && firstRow - now < MOST_ROWS / 8;
  const isFull = end - now > MOST_ROWS;
  return isNearTop || isFull ? Math.max(0, firstRow - MOST_ROWS / 2) : now;
}

/** Where an element begins in the page. What is above it may change: filters, banners. */
function useTopOf(ref: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      const box = ref.current?.getBoundingClientRect();
      if (box) setTop(Math.round(box.top + window.scrollY));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [ref]);
  return top;
}

/** `key` is empty for a row that is not here yet. */
type Anchor = { key: string; row: number; leftOut: number };

/** Keeps the first row that one sees at its place when rows above it come or go, or are left out of the page. */
function useAnchor(
  log: Log,
  { firstRow, leftOut, rowPx, isAnew }: { firstRow: number; leftOut: number; rowPx: number; isAnew: boolean },
): void {
  const { items, row } = log;
  const rows = useMemo(() => new Map(items.map(({ key }, index) => [key, row + index])), [items, row]);
  const anchor = useRef<Anchor | null>(null);
  useLayoutEffect(() => {
    const kept = isAnew ? null : anchor.current;
    const moved = kept === null ? null : { ...kept, row: rows.get(kept.key) ?? kept.row, leftOut };
    const by = kept === null || moved === null ? 0 : moved.row - kept.row + kept.leftOut - leftOut;
    if (by !== 0) {
      window.scrollBy(0, by * rowPx);
      anchor.current = moved;
    } else anchor.current = firstRow === 0 ? null : { key: items[firstRow - row]?.key ?? "", row: firstRow, leftOut };
  });
}

/** Whether what is drawn is of about where the page stands: right after a jump it is not yet. */
const isDrawnHere = (offset: number): boolean => Math.abs(window.scrollY - offset) < window.innerHeight;

/** Fetches what comes into sight, a little before it does. */
function useFetching(
  log: Log,
  { firstRow, lastRow, offset }: { firstRow: number; lastRow: number; offset: number },
): void {
  const isJumping = useRef(false);
  useEffect(() => {
    if (log.data === undefined || log.isFetching || log.isError || isJumping.current || !isDrawnHere(offset)) return;
    const end = log.row + log.items.length;
    if (firstRow < log.row - FAR_ROWS) {
      isJumping.current = true;
      const done = () => {
        isJumping.current = false;
      };
      log.jumpTo(firstRow).then(done, done);
    } else if (log.hasPreviousPage && firstRow < log.row + AHEAD_ROWS / 2) {
      void log.fetchPreviousPage({ cancelRefetch: false });
    } else if (log.hasNextPage && lastRow > end - AHEAD_ROWS) {
      void log.fetchNextPage({ cancelRefetch: false });
    }
  });
}
