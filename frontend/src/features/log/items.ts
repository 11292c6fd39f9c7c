import type { GapPublic, PressPublic } from "@/client";
import { addDays, dayOf } from "@/lib/format";
import { startOfDay } from "@/lib/zone-time";

/** A row of the log: a press, the heading of a day, or a span without a record at its place. */
export type LogItem =
  | { kind: "press"; key: string; press: PressPublic }
  | { kind: "day"; key: string; day: string }
  | { kind: "gap"; key: string; gap: GapPublic };

/** Where a press stands in the log. */
export type Place = { pressed_at: string; seq: number };

/**
 * Where a page begins: behind which press, under the heading of which day, at which row of the log. It remembers the
 * page before it, by which one comes back up to pages that were let go.
 */
export type PageStart = {
  cursor: string | null;
  row: number;
  day: string | null;
  after: Place | null;
  previous: PageStart | null;
  /** For a page that is fetched above one that is here: down to which cursor it reaches. */
  through?: { cursor: string; place: Place | null };
};

export type LogPage = { presses: PressPublic[]; gaps: GapPublic[]; nextCursor: string | null };

export const FIRST_PAGE: PageStart = { cursor: null, row: 0, day: null, after: null, previous: null };

const fractionOf = (instant: string) => (/\.(\d+)/.exec(instant)?.[1] ?? "").padEnd(6, "0");

/** Less than zero where `one` stands above `other`: pressed later, or received later at the same microsecond. */
export function compare(one: Place, other: Place): number {
  return (
    Date.parse(other.pressed_at) - Date.parse(one.pressed_at) ||
    Number(fractionOf(other.pressed_at)) - Number(fractionOf(one.pressed_at)) ||
    other.seq - one.seq
  );
}

const madeItems = new WeakMap<LogPage, { day: string | null; zone: string; items: LogItem[] }>();

/** The rows of a page. What begins a day has a heading above it, but for the very first: the head of the table says it. */
export function itemsOf(page: LogPage, { day }: PageStart, zone: string): LogItem[] {
  const made = madeItems.get(page);
  if (made !== undefined && made.day === day && made.zone === zone) return made.items;
  const items = makeItems(page, day, zone);
  madeItems.set(page, { day, zone, items });
  return items;
}

function makeItems(page: LogPage, startDay: string | null, zone: string): LogItem[] {
  const items: LogItem[] = [];
  const calendar = new Calendar(zone);
  let day = startDay;
  for (const row of inOrder(page)) {
    const rowDay = calendar.dayOf(Date.parse("press" in row ? row.press.pressed_at : row.gap.ended_at));
    if (day !== null && rowDay !== day) items.push({ kind: "day", key: `day ${rowDay}`, day: rowDay });
    day = rowDay;
    if ("press" in row) items.push({ kind: "press", key: row.press.id, press: row.press });
    else items.push({ kind: "gap", key: `gap ${row.gap.started_at}`, gap: row.gap });
  }
  return items;
}

function* inOrder({ presses, gaps }: LogPage): Generator<{ press: PressPublic } | { gap: GapPublic }> {
  let next = 0;
  for (const press of presses) {
    for (let gap = gaps[next]; gap && Date.parse(gap.ended_at) > Date.parse(press.pressed_at); gap = gaps[++next])
      yield { gap };
    yield { press };
  }
  for (const gap of gaps.slice(next)) yield { gap };
}

/** Asks for the day of an instant only when it is another one: rows come in order, and asking is slow. */
class Calendar {
  private readonly zone: string;
  private day = "";
  private startMs = 0;
  private endMs = 0;

  constructor(zone: string) {
    this.zone = zone;
  }

  dayOf(atMs: number): string {
    if (atMs < this.startMs || atMs >= this.endMs) {
      this.day = dayOf(new Date(atMs), this.zone);
      this.startMs = startOfDay(this.day, this.zone).getTime();
      this.endMs = startOfDay(addDays(this.day, 1), this.zone).getTime();
    }
    return this.day;
  }
}

const placeOf = ({ pressed_at, seq }: PressPublic): Place => ({ pressed_at, seq });

export function lastPlace(page: LogPage, start: PageStart): Place | null {
  const last = page.presses.at(-1);
  return last ? placeOf(last) : start.after;
}

/** The day of the last row, which the next page goes on with. */
function lastDay(page: LogPage, start: PageStart, zone: string): string | null {
  const last = itemsOf(page, start, zone).at(-1);
  if (last === undefined) return start.day;
  if (last.kind === "day") return last.day;
  return dayOf(last.kind === "press" ? last.press.pressed_at : last.gap.ended_at, zone);
}

/** Where the page behind a page begins; null behind the last one. */
export function startAfter(page: LogPage, start: PageStart, zone: string): PageStart | null {
  if (page.nextCursor === null) return null;
  return {
    cursor: page.nextCursor,
    row: start.row + itemsOf(page, start, zone).length,
    day: lastDay(page, start, zone),
    after: lastPlace(page, start),
    previous: withoutEnd(start),
  };
}

/** Where the page above one that is here begins, and how far it reaches: also when more came between since. */
export function startBefore({ cursor, after, previous }: PageStart): PageStart | null {
  if (previous === null || cursor === null) return null;
  return { ...previous, through: { cursor, place: after } };
}

const withoutEnd = ({ cursor, row, day, after, previous }: PageStart): PageStart => ({
  cursor,
  row,
  day,
  after,
  previous,
});

/** The start of the page that holds a row which was let go, as far as its pages are remembered. */
export function startHolding(row: number, first: PageStart): PageStart | null {
  let below: PageStart = first;
  while (below.previous !== null && below.previous.row > row) below = below.previous;
  return startBefore(below);
}
