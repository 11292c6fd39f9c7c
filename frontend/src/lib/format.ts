/** Times and numbers in the reader's locale; times in a zone that is named, and with its abbreviation where it matters. */

import { localTimeOf } from "./zone-time";

/** The first of the reader's languages that is one. Some systems name what none is, "en-US@posix" for instance. */
function readersLocale(): string {
  for (const language of navigator.languages) {
    try {
      return Intl.getCanonicalLocales(language)[0] ?? "en";
    } catch {
      // Formatting with it would fail as well, and the whole page with that.
    }
  }
  return "en";
}

const locale = readersLocale();

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  let formatter = formatters.get(key);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat(locale, options);
    formatters.set(key, formatter);
  }
  return formatter;
}

const numberFormat = new Intl.NumberFormat(locale);
const percentFormat = new Intl.NumberFormat(locale, {
  style: "percent",
  signDisplay: "exceptZero",
  maximumFractionDigits: 0,
});
const signedFormat = new Intl.NumberFormat(locale, { signDisplay: "exceptZero" });
const compactFormat = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });

/** 12,345 */
export const formatNumber = (value: number): string => numberFormat.format(value);

/** 12.3K */
export const formatCompact = (value: number): string => compactFormat.format(value);

/** +12 */
export const formatSigned = (value: number): string => signedFormat.format(value);

/** +12 %, of a share such as 0.12. */
export const formatChange = (share: number): string => percentFormat.format(share);

/** 14:03:07, or 2:03:07 PM. */
export const formatTime = (instant: string | Date, zone: string): string =>
  formatterOf({ timeZone: zone, timeStyle: "medium" }).format(new Date(instant));

/** 14:03:07 EST: an hour that comes twice in autumn is told apart. */
export const formatTimeWithZone = (instant: string | Date, zone: string): string =>
  formatterOf({ timeZone: zone, hour: "numeric", minute: "2-digit", second: "2-digit", timeZoneName: "short" }).format(
    new Date(instant),
  );

/** 14:03 EST, or 2:03 PM EST: for a clock, which needs no seconds. */
export const formatClock = (instant: string | Date, zone: string): string =>
  formatterOf({ timeZone: zone, hour: "numeric", minute: "2-digit", timeZoneName: "short" }).format(new Date(instant));

/** Thursday 2:03 PM: what clocks show there. */
export const formatWeekdayTime = (instant: string | Date, zone: string): string =>
  formatterOf({ timeZone: zone, weekday: "long", hour: "numeric", minute: "2-digit" }).format(new Date(instant));

/** Thu, Nov 26, 2026 */
export const formatDay = (instant: string | Date, zone: string): string =>
  formatterOf({ timeZone: zone, weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(
    new Date(instant),
  );

/** Thu, Nov 26, 2026, 14:03:07 EST */
export const formatMoment = (instant: string | Date, zone: string): string =>
  formatterOf({
    timeZone: zone,
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "numeric",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
  }).format(new Date(instant));

/** 11/26/26, 2:03:07 PM EST: where there is little room. */
export const formatShortMoment = (instant: string | Date, zone: string): string =>
  formatterOf({
    timeZone: zone,
    year: "2-digit",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
  }).format(new Date(instant));

/** Nov 26, 2026, of a day of the calendar such as "2026-11-26", which has no zone. */
export const formatDate = (day: string, options: Intl.DateTimeFormatOptions = { dateStyle: "medium" }): string =>
  formatterOf({ timeZone: "UTC", ...options }).format(new Date(`${day}T00:00:00Z`));

/** The calendar day of an instant in a zone, as "2026-11-26". */
export const dayOf = (instant: string | Date, zone: string): string => localTimeOf(instant, zone).slice(0, 10);

/** A calendar day so many days later. */
export function addDays(day: string, count: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10);
}

const relativeFormat = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** 3 minutes ago; below a minute, "now". */
export function formatAgo(instant: string | Date, now: Date): string {
  const seconds = (new Date(instant).getTime() - now.getTime()) / 1000;
  for (const [unit, length] of UNITS) {
    if (Math.abs(seconds) >= length) return relativeFormat.format(Math.trunc(seconds / length), unit);
  }
  return relativeFormat.format(0, "second");
}

/** 1 h 20 min, of seconds; the two largest units. */
export function formatDuration(seconds: number): string {
  const parts: string[] = [];
  let rest = Math.round(seconds);
  for (const [unit, length] of [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
    ["second", 1],
  ] as const) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0 && parts.length < 2) {
      parts.push(new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(count));
    }
  }
  return (
    parts.join(" ") || new Intl.NumberFormat(locale, { style: "unit", unit: "second", unitDisplay: "short" }).format(0)
  );
}

/** A, B, and C */
export const formatList = (items: readonly string[]): string => new Intl.ListFormat(locale).format(items);

/** 2 PM, or 14: an hour of the clock, from 0 to 24, without a day. */
export const formatHour = (hour: number): string =>
  formatterOf({ timeZone: "UTC", hour: "numeric" }).format(new Date(Date.UTC(2026, 0, 5, hour)));

const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** 48.2 MB */
export function formatBytes(bytes: number): string {
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), BYTE_UNITS.length - 1);
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: BYTE_UNITS[step] ?? "byte",
    unitDisplay: "short",
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(bytes / 1000 ** step);
}

/** The names of the weekdays, Monday first, as ISO 8601 counts them. */
export function weekdayNames(style: "long" | "short" | "narrow" = "short"): string[] {
  // 5 January 2026 was a Monday.
  return Array.from({ length: 7 }, (_, day) =>
    formatterOf({ timeZone: "UTC", weekday: style }).format(new Date(Date.UTC(2026, 0, 5 + day))),
  );
}

/** The zone that this browser is in. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Oct 30 – Nov 26, 2026: days of the calendar, both of them included. */
export const formatDays = (first: string, last: string): string =>
  formatterOf({ timeZone: "UTC", day: "numeric", month: "short", year: "numeric" }).formatRange(
    new Date(`${first}T00:00:00Z`),
    new Date(`${last}T00:00:00Z`),
  );
