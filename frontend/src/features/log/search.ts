import { z } from "zod/mini";
import type { Channel, PressesListPressesData, PressPublic, PressStatus } from "@/client";
import { addDays } from "@/lib/format";
import { wordsOf } from "@/lib/press-reason";
import { searchText } from "@/lib/search-text";
import { startOfDay } from "@/lib/zone-time";

export const STATUSES = [
  "counted",
  "suppressed",
  "retired",
  "test",
  "ignored",
  "void",
] as const satisfies readonly PressStatus[];
export const CHANNELS = ["get", "post", "batch", "manual", "import"] as const satisfies readonly Channel[];

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;
// A year that is neither of the first nor of the last ones that have four digits, so that the day after is a day too.
const FIRST_YEAR = "0002";
export const LAST_DAY = "9998-12-31";

const isMoment = (value: string): boolean =>
  MOMENT.test(value) && !Number.isNaN(Date.parse(value)) && value >= FIRST_YEAR && value.slice(0, 10) <= LAST_DAY;
const moment = z.catch(z.optional(z.string().check(z.refine(isMoment))), undefined);
const id = z.catch(z.optional(z.uuid()), undefined);

/** What the log is narrowed to, as its address says. `start` and `end` are days of the station or instants. */
export const logFilters = z.object({
  start: moment,
  end: moment,
  button_id: id,
  type: searchText(40),
  deck_id: id,
  status: z.catch(z.optional(z.enum(STATUSES)), undefined),
  channel: z.catch(z.optional(z.enum(CHANNELS)), undefined),
  note: searchText(200),
});

/** What is shown of the log, on the screen as on paper: what it is narrowed to, and one clock of a press or both. */
export const logView = z.extend(logFilters, { clocks: z.catch(z.optional(z.enum(["both"])), undefined) });

/** What the address of the log says; what it says wrong is left out. */
export const logSearch = z.extend(logView, {
  press: id,
  add: z.catch(z.optional(z.boolean()), undefined),
  from: moment,
});

export type LogFilters = z.infer<typeof logFilters>;
export type LogSearch = z.infer<typeof logSearch>;
export type LogQuery = Omit<NonNullable<PressesListPressesData["query"]>, "cursor" | "limit" | "station_id">;

export const FILTER_NAMES = Object.keys(logFilters.shape) as (keyof LogFilters)[];

export const NO_FILTERS = Object.fromEntries(FILTER_NAMES.map((name) => [name, undefined])) as LogFilters;

/** The filters of an address, without what else it says. */
export const filtersOf = (search: LogSearch): LogFilters =>
  Object.fromEntries(FILTER_NAMES.flatMap((name) => (search[name] === undefined ? [] : [[name, search[name]]])));

export const isFiltered = (filters: LogFilters): boolean => FILTER_NAMES.some((name) => filters[name] !== undefined);

/** Whether a text is a day, and no instant. */
export const isDay = (value: string): boolean => DAY.test(value);

/** The half-open range of instants that the filters name. The last day is in it, whole, be it of 23 hours or 25. */
export function rangeOf({ start, end }: LogFilters, zone: string): { start?: string; end?: string } {
  const from = start && (isDay(start) ? startOfDay(start, zone) : new Date(start)).toISOString();
  const to = end && (isDay(end) ? startOfDay(addDays(end, 1), zone) : new Date(end)).toISOString();
  return { ...(from && { start: from }), ...(to && { end: to }) };
}

/** What the API is asked for. */
export const queryOf = (filters: LogFilters, zone: string): LogQuery => ({ ...filters, ...rangeOf(filters, zone) });

/** Whether spans without a record belong into what is shown: not among rows that were picked by what became of them. */
export const showsGaps = ({ status, channel, note }: LogFilters): boolean => !(status || channel || note);

const equals = (wanted: string | undefined | null, value: string | undefined) => !wanted || wanted === value;

/** Whether a press that just came is one of those that the query asks for; by the rules of the API. */
export function matches(press: PressPublic, query: LogQuery): boolean {
  const at = Date.parse(press.pressed_at);
  const note = query.note?.toLowerCase();
  return (
    (!query.start || at >= Date.parse(query.start)) &&
    (!query.end || at < Date.parse(query.end)) &&
    equals(query.button_id, press.button.id) &&
    equals(query.type?.toLowerCase(), press.button.type.toLowerCase()) &&
    equals(query.deck_id, press.deck?.id) &&
    equals(query.status, press.status) &&
    equals(query.channel, press.channel) &&
    (!note || wordsOf(press).some((words) => words.toLowerCase().includes(note)))
  );
}
