import { type Days, lengthOf } from "./days";

const DAY_S = 86_400;
const HOUR_S = 3_600;

/** How far a day has come by the clocks of a zone, in seconds. */
function secondsInto(now: Date, zone: string): number {
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeStyle: "medium" }).format(now);
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(":").map(Number);
  return hours * HOUR_S + minutes * 60 + seconds;
}

/**
 * Whether nothing at all was recorded in some days without a press, so that a count of 0 there says nothing. The API tells
 * seconds, until now; an hour less is allowed for days of 23 hours.
 */
export function isDarkSpan(
  notRecordingS: number,
  days: Days,
  { today, now, zone }: { today: string; now: Date; zone: string },
): boolean {
  const goesOn = days.start <= today && days.end > today;
  const whole = goesOn
    ? lengthOf({ start: days.start, end: today }) * DAY_S + secondsInto(now, zone)
    : lengthOf(days) * DAY_S;
  const allowed = Math.min(HOUR_S, whole / 10);
  return notRecordingS > 0 && notRecordingS >= whole - allowed;
}

/** A sum in which what nobody knows counts nothing; null where nobody knows any of it. */
export function sumOf(counts: readonly (number | null)[]): number | null {
  const known = counts.filter((count) => count !== null);
  return counts.length > 0 && known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0);
}
