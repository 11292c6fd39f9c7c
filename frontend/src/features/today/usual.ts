import type { TimeseriesPublic } from "@/client";

/** An hour of the station's clocks: what was pressed in it today, and what usually is. */
export type HourOfDay = {
  hour: number;
  /** Null before the hour has begun, and where nothing of it was recorded. */
  pressCount: number | null;
  /** Null where it was recorded on none of the days that it is compared with. */
  usualCount: number | null;
  hasBegun: boolean;
  notRecordingS: number;
};

export type Usual = {
  hours: readonly HourOfDay[];
  /** What the usual counts come to by now; null where there is nothing to compare with. */
  byNow: number | null;
  /** On how many days of the same weekday it rests. */
  dayCount: number;
};

type CountedHour = { day: string; hour: number; pressCount: number | null; notRecordingS: number };

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/**
 * Today hour by hour, beside the average of the same weekday over the weeks before.
 *
 * An hour of which a part was not recorded is no measure of what is usual, and left out of the average. The hour that goes
 * on counts by its share. Where a clock shows an hour twice, in autumn, both are one.
 */
export function compareWithUsual(today: TimeseriesPublic, before: TimeseriesPublic): Usual {
  const sameWeekday = hoursOf(before).filter(({ day }) => isWeeksBefore(day, today.start));
  const whole = sameWeekday.filter((hour) => hour.notRecordingS === 0);
  const todays = hoursOf(today);
  const hours = HOURS.map((hour) => {
    const now = todays.filter((each) => each.hour === hour);
    return {
      hour,
      pressCount: sumOf(now.map((each) => each.pressCount)),
      usualCount: averageOf(whole.filter((each) => each.hour === hour)),
      hasBegun: now.length > 0,
      notRecordingS: now.reduce((sum, each) => sum + each.notRecordingS, 0),
    };
  });
  const days = new Set(whole.map(({ day }) => day));
  return { hours, byNow: days.size === 0 ? null : usualByNow(hours, today), dayCount: days.size };
}

function usualByNow(hours: readonly HourOfDay[], today: TimeseriesPublic): number {
  const begun = hours.filter(({ hasBegun }) => hasBegun);
  const last = today.buckets.at(-1);
  if (last === undefined) return 0;
  const length = Date.parse(last.ends_at) - Date.parse(last.starts_at);
  const share = Math.min(1, (Date.parse(today.at) - Date.parse(last.starts_at)) / length);
  return begun.reduce((sum, { usualCount }, place) => {
    const isGoingOn = place === begun.length - 1;
    return sum + (usualCount ?? 0) * (isGoingOn ? share : 1);
  }, 0);
}

function hoursOf(series: TimeseriesPublic): CountedHour[] {
  const counts = series.series[0]?.counts;
  return series.buckets.map(({ label, not_recording_s }, place) => ({
    day: label.slice(0, 10),
    hour: Number(label.slice(11, 13)),
    // A station without a press in these days has no series at all.
    pressCount: counts === undefined ? 0 : (counts[place] ?? null),
    notRecordingS: not_recording_s,
  }));
}

const DAY_MS = 86_400_000;

const isWeeksBefore = (day: string, today: string): boolean =>
  ((Date.parse(today) - Date.parse(day)) / DAY_MS) % 7 === 0;

function sumOf(counts: readonly (number | null)[]): number | null {
  const known = counts.filter((count) => count !== null);
  return known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0);
}

/** By day and not by hour, as one that comes twice would weigh half. */
function averageOf(hours: readonly CountedHour[]): number | null {
  const days = new Set(hours.map(({ day }) => day));
  if (days.size === 0) return null;
  return (sumOf(hours.map(({ pressCount }) => pressCount)) ?? 0) / days.size;
}
