import { addDays } from "@/lib/format";

/** Days of a station, half-open as the API has them: `end` is the day after the last one. */
export type Days = { start: string; end: string };

export const RANGES = ["7d", "28d", "90d", "365d", "month", "last-month", "year"] as const;
export type RangeName = (typeof RANGES)[number];
export const DEFAULT_RANGE: RangeName = "28d";

export const lastDayOf = ({ end }: Days): string => addDays(end, -1);

export const lengthOf = ({ start, end }: Days): number =>
  Math.round((Date.parse(end) - Date.parse(start)) / 86_400_000);

export const isSensible = ({ start, end }: Days): boolean =>
  start < end && start >= "2001-01-01" && end <= "2200-01-01";

const firstOfMonth = (day: string): string => `${day.slice(0, 8)}01`;

/** The same day so many months later, or the last one of a month that does not go so far. */
function addMonths(day: string, count: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + count, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + count, Math.min(date, last))).toISOString().slice(0, 10);
}

/** So many days, of which the last one is before `end`. */
const lastDays = (count: number, end: string): Days => ({ start: addDays(end, -count), end });

export const daysBefore = ({ start, end }: Days): Days => lastDays(lengthOf({ start, end }), start);

/** What a range of a name is on a day, which is in it as far as it has come. */
export function daysOf(name: RangeName, today: string): Days {
  const end = addDays(today, 1);
  if (name === "month") return { start: firstOfMonth(today), end };
  if (name === "last-month") return { start: addMonths(firstOfMonth(today), -1), end: firstOfMonth(today) };
  if (name === "year") return { start: `${today.slice(0, 4)}-01-01`, end };
  return lastDays(Number.parseInt(name, 10), end);
}

export const COMPARISONS = ["7d", "28d", "90d", "month", "last-month", "year-ago"] as const;
export type ComparisonName = (typeof COMPARISONS)[number];
export const DEFAULT_COMPARISON: ComparisonName = "28d";

export type Comparison = { now: Days; before: Days };

/**
 * What is compared under a name on a day: whole days, up to yesterday, beside just as many. On the first of a month there
 * is no whole day of it yet, and today has to do.
 */
export function comparisonOf(name: ComparisonName, today: string): Comparison {
  const month = firstOfMonth(today);
  if (name === "last-month") {
    const now = { start: addMonths(month, -1), end: month };
    return { now, before: { start: addMonths(month, -2), end: now.start } };
  }
  if (name === "month" || name === "year-ago") {
    const now = { start: month, end: today === month ? addDays(today, 1) : today };
    const months = name === "month" ? -1 : -12;
    const start = addMonths(month, months);
    const [end = start] = [addDays(start, lengthOf(now)), addMonths(start, 1)].sort();
    return { now, before: { start, end } };
  }
  const now = lastDays(Number.parseInt(name, 10), today);
  return { now, before: daysBefore(now) };
}

export const BUCKETS = ["day", "week", "month"] as const;
export type BucketName = (typeof BUCKETS)[number];

/** What days are cut into where nothing else is asked for: some thirty to sixty pieces. */
export function bucketFor(days: Days): BucketName {
  const length = lengthOf(days);
  if (length <= 62) return "day";
  return length <= 400 ? "week" : "month";
}

/** Hours of a whole station are counted over so many days at most. */
const HOURS_REACH = 28;
/** And of one deck. */
const HOURS_REACH_OF_DECK = 731;

/** The last ones of some days, as far as hours reach. */
export function withinReach(days: Days, { isOfDeck }: { isOfDeck: boolean }): Days {
  const reach = isOfDeck ? HOURS_REACH_OF_DECK : HOURS_REACH;
  return lengthOf(days) <= reach ? days : lastDays(reach, days.end);
}
