import { z } from "zod/mini";
import {
  BUCKETS,
  type BucketName,
  bucketFor,
  COMPARISONS,
  type Comparison,
  comparisonOf,
  type Days,
  DEFAULT_COMPARISON,
  DEFAULT_RANGE,
  daysOf,
  isSensible,
  RANGES,
} from "./days";

export const TABS = ["top", "trend", "hours", "calendar", "compare", "unused"] as const;
export type Tab = (typeof TABS)[number];

export const GROUPINGS = ["type", "tag", "button", "deck"] as const;
export type GroupingName = (typeof GROUPINGS)[number];

export const ROW_COUNTS = [10, 25, 50] as const;
/** There are no counts of days before it. */
export const FIRST_YEAR = 2001;
const MAX_UNUSED_DAYS = 3_660;
export const DEFAULT_UNUSED_DAYS = 90;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

const oneOf = <const Names extends readonly string[]>(names: Names) => z.catch(z.optional(z.enum(names)), undefined);
const day = z.catch(
  z.optional(z.string().check(z.refine((value) => DAY.test(value) && !Number.isNaN(Date.parse(value))))),
  undefined,
);
const number = (least: number, most: number) =>
  z.catch(z.optional(z.int().check(z.minimum(least), z.maximum(most))), undefined);
// A type called "911" comes out of an address as a number.
const word = z.catch(z.optional(z.coerce.string().check(z.minLength(1), z.maxLength(40))), undefined);

/** What the address of Insights says; what it says wrong is left out. Days are half-open, as the API has them. */
export const insightsSearch = z.object({
  tab: oneOf(TABS),
  range: oneOf(RANGES),
  start: day,
  end: day,
  bucket: oneOf(BUCKETS),
  by: oneOf(GROUPINGS),
  type: word,
  tag: word,
  deck: z.catch(z.optional(z.uuid()), undefined),
  rows: number(1, 200),
  year: number(FIRST_YEAR, 2199),
  days: number(1, MAX_UNUSED_DAYS),
  page: number(1, 10_000),
  vs: oneOf([...COMPARISONS, "chosen"]),
  before_start: day,
  before_end: day,
});

export type InsightsSearch = z.infer<typeof insightsSearch>;

function chosenDays(start: string | undefined, end: string | undefined): Days | null {
  if (start === undefined || end === undefined) return null;
  return isSensible({ start, end }) ? { start, end } : null;
}

/** The days that are looked at, and the name of the range, null where they were chosen one by one. */
export function rangeOf(search: InsightsSearch, today: string): { days: Days; name: (typeof RANGES)[number] | null } {
  const chosen = search.range === undefined ? chosenDays(search.start, search.end) : null;
  if (chosen) return { days: chosen, name: null };
  const name = search.range ?? DEFAULT_RANGE;
  return { days: daysOf(name, today), name };
}

/** Which days are compared with which, and the name of that, null where they were chosen one by one. */
export function comparedOf(
  search: InsightsSearch,
  today: string,
): { compared: Comparison; name: (typeof COMPARISONS)[number] | null } {
  const { vs = DEFAULT_COMPARISON } = search;
  if (vs !== "chosen") return { compared: comparisonOf(vs, today), name: vs };
  const fallback = comparisonOf(DEFAULT_COMPARISON, today);
  return {
    name: null,
    compared: {
      now: chosenDays(search.start, search.end) ?? fallback.now,
      before: chosenDays(search.before_start, search.before_end) ?? fallback.before,
    },
  };
}

export const bucketOf = (search: InsightsSearch, days: Days): BucketName => search.bucket ?? bucketFor(days);

/** Whose presses are counted. No count says which button was pressed on which deck, so a deck stands alone. */
export type Selection = { type?: string; tag?: string; deck_id?: string };

export function selectionOf({ type, tag, deck }: InsightsSearch): Selection {
  if (type !== undefined || tag !== undefined) return { ...(type && { type }), ...(tag && { tag }) };
  return deck === undefined ? {} : { deck_id: deck };
}

/** What each line stands for, as far as the API can tell with these filters. */
export function groupingOf({ by = "type" }: InsightsSearch, selection: Selection): GroupingName {
  if (selection.deck_id !== undefined) return "deck";
  return by === "deck" && (selection.type !== undefined || selection.tag !== undefined) ? "type" : by;
}
