import type { DeckPublic } from "@/client";

export type DeckState = "test" | "unreachable" | "never" | "quiet" | "heard";

const LONG_SILENCE_MS = 28 * 86_400_000;

/**
 * How a deck is doing. Unreachable is one from which nothing can come, since it has no active key, or from which nothing
 * came for so long that its usual hours are forgotten.
 */
export function stateOf(deck: DeckPublic, now: Date): DeckState {
  if (deck.test_mode_until !== null && new Date(deck.test_mode_until) > now) return "test";
  if (deck.key_count === 0) return "unreachable";
  if (deck.last_heard_at === null) return "never";
  if (now.getTime() - Date.parse(deck.last_heard_at) > LONG_SILENCE_MS) return "unreachable";
  return deck.is_quiet ? "quiet" : "heard";
}

/** Hours that follow each other as spans, half-open: 6, 7, 8, 15 are 6 to 9 and 15 to 16. */
export function spansOf(hours: readonly number[]): { start: number; end: number }[] {
  const spans: { start: number; end: number }[] = [];
  for (const hour of [...hours].sort((one, other) => one - other)) {
    const last = spans.at(-1);
    if (last?.end === hour) last.end = hour + 1;
    else spans.push({ start: hour, end: hour + 1 });
  }
  return spans;
}

/** Weekdays that follow each other and have the same hours, Monday is 0. Those without any are left out. */
export function groupWeekdays(
  usualHours: readonly (readonly number[])[],
): { first: number; last: number; hours: readonly number[] }[] {
  const groups: { first: number; last: number; hours: readonly number[] }[] = [];
  usualHours.forEach((hours, weekday) => {
    if (hours.length === 0) return;
    const group = groups.at(-1);
    if (group?.last === weekday - 1 && group.hours.join() === hours.join()) group.last = weekday;
    else groups.push({ first: weekday, last: weekday, hours });
  });
  return groups;
}
