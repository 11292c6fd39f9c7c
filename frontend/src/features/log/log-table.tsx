import { useLocation, useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useCallback, useMemo, useRef } from "react";

import type { StationPublic } from "@/client";
import { basePath } from "@/lib/base-path";
import { cn } from "@/lib/cn";
import { dayOf } from "@/lib/format";
import { logTexts } from "@/texts/log";
import { type Column, useColumns } from "./columns";
import { type Correct, LogRow } from "./log-row";
import { NewestPill } from "./newest-pill";
import { DayRow, EndRow, formatHeading, GapRow, WaitingRow } from "./other-rows";
import { useAwaitedFocus } from "./row-focus";
import { type Totals, TotalsLine, totalsOf } from "./totals";
import type { Log } from "./use-log";
import { type ShownRow, useLogScroll } from "./use-log-scroll";

type Props = {
  station: StationPublic;
  log: Log;
  /** The press whose row is to have the focus once it is drawn. */
  awaitedPress: string | null;
  /** The colours that buttons have of their own, once they are known. */
  colors: ReadonlyMap<string, string> | undefined;
  isFiltered: boolean;
  hasBothClocks: boolean;
  onCorrect: Correct | null;
  onAdd: ((from: string) => void) | null;
};

/** The rows of the log that are in sight, and room for all others above and below them. */
export function LogTable(props: Props) {
  const { station, log, awaitedPress, colors, isFiltered, hasBothClocks, onCorrect, onAdd } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const { rows, above, below, firstRow, isAtHead, rowPx } = useLogScroll(log, body);
  useAwaitedFocus(
    awaitedPress,
    rows.some(({ item }) => item !== null),
  );
  const columns = useColumns({ hasActions: onCorrect !== null, hasBothClocks });
  const columnCount = columns.length;
  const { zone } = station;
  const { hrefToPress, open } = useOpenPress();
  const { data, isComplete } = log;
  const totals = useMemo(
    () => (data && isComplete ? totalsOf(data.pages.flatMap(({ presses }) => presses)) : null),
    [data, isComplete],
  );

  const draw = ({ row, item, isEnd }: ShownRow) => {
    if (isEnd) return <EndRow key="end" columnCount={columnCount} isFiltered={isFiltered} />;
    if (item === null) return <WaitingRow key={`row ${row}`} columnCount={columnCount} />;
    if (item.kind === "day") return <DayRow key={item.key} day={item.day} columnCount={columnCount} />;
    if (item.kind === "gap") {
      return <GapRow key={item.key} gap={item.gap} zone={zone} columnCount={columnCount} onAdd={onAdd} />;
    }
    const { press } = item;
    return (
      <LogRow
        key={item.key}
        press={press}
        zone={zone}
        columns={columns}
        hasBothClocks={hasBothClocks}
        rowIndex={row + 2}
        color={colors?.get(press.button.id) ?? null}
        hrefToPress={hrefToPress}
        onOpen={open}
        onCorrect={onCorrect}
      />
    );
  };

  return (
    <>
      <NewestPill log={log} isAtHead={isAtHead} isFarDown={firstRow * rowPx > 2_000} />
      <table
        aria-rowcount={log.isComplete ? log.items.length + 1 : -1}
        aria-busy={log.isFetching}
        className="-mx-4 w-[calc(100%+2rem)] table-fixed border-separate border-spacing-0 text-sm [overflow-anchor:none] sm:mx-0 sm:w-full"
      >
        <caption className="sr-only">{logTexts.tableCaption}</caption>
        <colgroup>
          {columns.map(({ id, width }) => (
            <col key={id} className={width} />
          ))}
        </colgroup>
        <Head day={dayInSight(log, firstRow, zone)} totals={totals} columns={columns} />
        <tbody ref={body} onKeyDown={moveFocus}>
          <Room height={above} columnCount={columnCount} />
          {rows.map(draw)}
          <Room height={below} columnCount={columnCount} />
        </tbody>
      </table>
    </>
  );
}

function Head({
  day,
  totals,
  columns,
}: {
  day: string | null;
  /** Where all presses that fit are here. */
  totals: Totals | null;
  columns: readonly Column[];
}) {
  return (
    <thead className="sticky top-14 z-20 bg-background text-left">
      <tr>
        <th
          scope="colgroup"
          colSpan={columns.length}
          data-testid="day-in-sight"
          className="h-9 border-b bg-background px-3 text-sm font-semibold"
        >
          <div className="flex items-center gap-4">
            <span className="shrink-0">{day === null ? "\u00A0" : formatHeading(day)}</span>
            {totals && totals.all > 0 && (
              <TotalsLine
                totals={totals}
                className="ml-auto truncate text-xs font-normal text-muted-foreground tabular-nums"
              />
            )}
          </div>
        </th>
      </tr>
      <tr className="text-xs text-muted-foreground max-md:sr-only">
        {columns.map(({ id, label }) => (
          <th key={id} scope="col" className="h-9 border-b bg-background px-2 font-medium first:pl-3">
            <span className={cn(id === "actions" && "sr-only")}>{label}</span>
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Room({ height, columnCount }: { height: number; columnCount: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: an empty row of a table takes no focus
    <tr aria-hidden="true">
      <td colSpan={columnCount} className="p-0" style={{ height }} />
    </tr>
  );
}

/** The way to a press's detail, which the address opens above the log as it is. */
function useOpenPress(): { hrefToPress: string; open: (pressId: string) => void } {
  const navigate = useNavigate({ from: "/log" });
  const href = useLocation({ select: ({ search, pathname }) => hrefOf(pathname, { ...search, press: undefined }) });
  const open = useCallback(
    (press: string) => void navigate({ search: (search) => ({ ...search, press }), resetScroll: false }),
    [navigate],
  );
  return { hrefToPress: href, open };
}

function hrefOf(pathname: string, search: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) if (value !== undefined) query.set(name, String(value));
  query.append("press", "");
  return `${basePath}${pathname}?${query}`;
}

/** The day of the first row in sight: what the head of the table says, as its heading may be far above. */
function dayInSight(log: Log, firstRow: number, zone: string): string | null {
  const item = log.items[Math.min(Math.max(firstRow - log.row, 0), log.items.length - 1)];
  if (item === undefined) return null;
  if (item.kind === "day") return item.day;
  return dayOf(item.kind === "press" ? item.press.pressed_at : item.gap.ended_at, zone);
}

/** Arrow keys go from row to row, as far as rows are drawn; more are drawn as they come into sight. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined || !(event.target instanceof HTMLElement)) return;
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-row-link], [data-gap] button")];
  const next = stops[stops.indexOf(event.target) + step];
  if (next === undefined || !stops.includes(event.target)) return;
  event.preventDefault();
  next.focus();
}
