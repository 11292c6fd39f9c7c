import type { ButtonCreate, ButtonPublic, ButtonUpdate } from "@/client";
import { typeName, typeOf } from "@/lib/type-name";
import { typedNumber } from "@/lib/typed-number";

/** What the form holds: numbers as they were typed, and a type by its name. */
export type ButtonValues = {
  title: string;
  type: string;
  description: string;
  duration: string;
  source: string;
  tags: string[];
  color: string | null;
  starts_on: string;
  ends_on: string;
  /** In seconds, as people say it; empty follows the station. */
  dedup_window_ms: string;
};

export const FIELDS = [
  "title",
  "type",
  "description",
  "duration",
  "source",
  "tags",
  "color",
  "starts_on",
  "ends_on",
  "dedup_window_ms",
] as const satisfies (keyof ButtonValues)[];

export function valuesOf(button: ButtonPublic | null): ButtonValues {
  return {
    title: button?.title ?? "",
    type: button === null ? "" : typeName(button.type),
    description: button?.description ?? "",
    duration: button?.duration?.toString() ?? "",
    source: button?.source ?? "",
    tags: button?.tags ?? [],
    color: button?.color ?? null,
    starts_on: button?.starts_on ?? "",
    ends_on: button?.ends_on ?? "",
    dedup_window_ms: button && !button.dedup_window_is_default ? String(button.dedup_window_ms / 1000) : "",
  };
}

/** A number as people type it; null where nothing was typed. */
export const numberOrNull = (typed: string): number | null => (typed.trim() === "" ? null : typedNumber(typed));

/** What the API is told of what was typed. */
export function bodyOf(values: ButtonValues): Required<ButtonCreate> {
  const window = numberOrNull(values.dedup_window_ms);
  return {
    title: values.title.trim(),
    type: typeOf(values.type),
    description: values.description.trim() || null,
    duration: numberOrNull(values.duration),
    source: values.source.trim() || null,
    tags: values.tags,
    color: values.color,
    starts_on: values.starts_on || null,
    ends_on: values.ends_on || null,
    dedup_window_ms: window === null ? null : Math.round(window * 1000),
  };
}

/** Only what was changed: what another editor changed meanwhile stays as it is. */
export function changesOf(values: ButtonValues, button: ButtonPublic): ButtonUpdate {
  const before = bodyOf(valuesOf(button));
  const after = bodyOf(values);
  const isChanged = (field: keyof ButtonUpdate) => JSON.stringify(before[field]) !== JSON.stringify(after[field]);
  return Object.fromEntries(FIELDS.filter(isChanged).map((field) => [field, after[field]]));
}
