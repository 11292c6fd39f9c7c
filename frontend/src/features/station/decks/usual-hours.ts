import { formatHour, formatList, weekdayNames } from "@/lib/format";
import { decksTexts } from "@/texts/station";

const NO_BREAK = "\u00A0";

type Span = { first: number; last: number };

/** Neighbours as one: 6, 7, 8, 14 are 6 to 8, and 14. */
function spansOf(numbers: readonly number[]): Span[] {
  const spans: Span[] = [];
  for (const number of numbers) {
    const open = spans.at(-1);
    if (open?.last === number - 1) open.last = number;
    else spans.push({ first: number, last: number });
  }
  return spans;
}

function hoursInWords(hours: readonly number[]): string {
  if (hours.length === 24) return decksTexts.aroundTheClock;
  // An hour ends where the next one begins.
  return spansOf(hours)
    .map(({ first, last }) => `${formatHour(first)}–${formatHour(last + 1)}`.replaceAll(" ", NO_BREAK))
    .join(", ");
}

function daysInWords(days: readonly number[]): string {
  if (days.length === 7) return decksTexts.everyDay;
  const names = weekdayNames();
  const spans = spansOf(days).map(({ first, last }) =>
    first === last ? `${names[first]}` : `${names[first]}–${names[last]}`,
  );
  return formatList(spans);
}

/** The hours in which a deck is usually heard, the weekdays that have the same ones together. */
export function usualHoursInWords(usualHours: readonly (readonly number[])[]): { days: string; hours: string }[] {
  const daysByHours = new Map<string, number[]>();
  usualHours.forEach((hours, day) => {
    const key = hours.join(",");
    if (key !== "") daysByHours.set(key, [...(daysByHours.get(key) ?? []), day]);
  });
  return [...daysByHours].map(([key, days]) => ({
    days: daysInWords(days),
    hours: hoursInWords(key.split(",").map(Number)),
  }));
}
