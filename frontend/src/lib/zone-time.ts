/** Local times of a zone and the instants that they stand for: none where clocks skip them, two where they come twice. */

const DAY_MS = 86_400_000;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}

/** What the clocks of a zone show, as a form field has it: "2026-11-01T01:30:05". */
export function localTimeOf(instant: string | Date, zone: string): string {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(new Date(instant))) parts[type] = value;
  return `${parts.year?.padStart(4, "0")}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}`;
}

/** By how much the clocks of a zone are ahead of UTC. */
function offsetMs(atMs: number, zone: string): number {
  return Date.parse(`${localTimeOf(new Date(atMs), zone)}Z`) - Math.floor(atMs / 1000) * 1000;
}

function offsetsAround(localMs: number, zone: string): number[] {
  return [...new Set([offsetMs(localMs - DAY_MS, zone), offsetMs(localMs + DAY_MS, zone)])];
}

/** The instants at which the clocks of a zone show "2026-11-01T01:30" or "…T01:30:05", the earlier one first. */
export function instantsOf(local: string, zone: string): Date[] {
  const localMs = Date.parse(`${local}Z`);
  if (Number.isNaN(localMs)) return [];
  return offsetsAround(localMs, zone)
    .map((offset) => localMs - offset)
    .filter((atMs) => atMs + offsetMs(atMs, zone) === localMs)
    .sort((one, other) => one - other)
    .map((atMs) => new Date(atMs));
}

/** When a calendar day of a zone begins: at midnight, or later where clocks skip it. */
export function startOfDay(day: string, zone: string): Date {
  const midnight = `${day}T00:00:00`;
  const [first] = instantsOf(midnight, zone);
  if (first !== undefined) return first;
  // Clocks were put forward at midnight: by those of before, that is just now.
  const localMs = Date.parse(`${midnight}Z`);
  return new Date(localMs - Math.min(...offsetsAround(localMs, zone)));
}
