import { groupWeekdays, spansOf } from "@/lib/deck-state";
import { formatHour, weekdayNames } from "@/lib/format";
import { decksTexts } from "@/texts/station";

const NO_BREAK = "\u00A0";

function hoursInWords(hours: readonly number[]): string {
  if (hours.length === 24) return decksTexts.aroundTheClock;
  return spansOf(hours)
    .map(({ start, end }) => `${formatHour(start)}–${formatHour(end)}`.replaceAll(" ", NO_BREAK))
    .join(", ");
}

function daysInWords(first: number, last: number): string {
  if (last - first === 6) return decksTexts.everyDay;
  const names = weekdayNames();
  return first === last ? `${names[first]}` : `${names[first]}–${names[last]}`;
}

/** The hours in which a deck is usually heard, neighbouring weekdays that have the same ones together. */
export function usualHoursInWords(usualHours: readonly (readonly number[])[]): { days: string; hours: string }[] {
  return groupWeekdays(usualHours).map(({ first, last, hours }) => ({
    days: daysInWords(first, last),
    hours: hoursInWords(hours),
  }));
}
