import { z } from "zod/mini";
import type { ButtonState } from "@/client";
import { searchText } from "@/lib/search-text";
import type { ButtonListing } from "./queries/list-buttons";

export const SORTS = [
  "title",
  "-title",
  "type",
  "-type",
  "created_at",
  "-created_at",
  "usage_count",
  "-usage_count",
  "last_pressed_at",
  "-last_pressed_at",
  "duration",
  "-duration",
] as const satisfies NonNullable<ButtonListing["sort"]>[];

export const STATES = ["active", "retired", "all"] as const satisfies ButtonState[];

export const PAGE_SIZES = [25, 50, 100, 200] as const;
export const DEFAULT_PAGE_SIZE = 50;

/** What may be shown beside the title, in its order. */
export const COLUMNS = [
  "type",
  "tags",
  "usage_count",
  "last_pressed_at",
  "duration",
  "source",
  "created_at",
  "state",
  "keys",
] as const;
export type ColumnId = (typeof COLUMNS)[number];

const DEFAULT_COLUMNS: readonly ColumnId[] = ["type", "tags", "usage_count", "last_pressed_at", "duration", "keys"];

const text = searchText(200);

/** What the address of the list says. What it leaves out is as it is by default, and what it says wrong is left out. */
export const buttonsSearch = z.object({
  q: text,
  type: text,
  tag: text,
  state: z.catch(z.optional(z.enum(STATES)), undefined),
  sort: z.catch(z.optional(z.enum(SORTS)), undefined),
  page: z.catch(z.optional(z.int().check(z.gte(1), z.lte(1_000_000))), undefined),
  size: z.catch(z.optional(z.literal(PAGE_SIZES)), undefined),
  columns: text,
  create: z.catch(z.optional(z.boolean()), undefined),
});

export type ButtonsSearch = z.infer<typeof buttonsSearch>;

/** What the API is asked for. */
export function listingOf({ q, type, tag, state, sort, page = 1, size = DEFAULT_PAGE_SIZE }: ButtonsSearch) {
  return {
    q: q ?? "",
    type: type ?? "",
    tag: tag ?? "",
    state: state ?? "active",
    sort: sort ?? "title",
    skip: (page - 1) * size,
    limit: size,
  } satisfies ButtonListing;
}

/** The columns that the address names, between dots; by default those that most people need. */
export function columnsOf({ columns }: ButtonsSearch): readonly ColumnId[] {
  if (columns === undefined) return DEFAULT_COLUMNS;
  const wanted = columns.split(".");
  return COLUMNS.filter((column) => wanted.includes(column));
}

/** How the address names a choice of columns; left out where it is the one by default. */
export function columnsParam(chosen: readonly ColumnId[]): string | undefined {
  const param = COLUMNS.filter((column) => chosen.includes(column)).join(".");
  return param === DEFAULT_COLUMNS.join(".") ? undefined : param;
}

/** Whether anything but the order and the page is narrowed. */
export const isFiltered = ({ q, type, tag, state }: ButtonsSearch): boolean =>
  Boolean(q || type || tag) || (state !== undefined && state !== "active");
