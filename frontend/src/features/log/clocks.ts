import type { PressPublic } from "@/client";
import { dayOf, formatDuration, formatNumber, formatShortMoment, formatTimeWithZone } from "@/lib/format";
import { logTexts } from "@/texts/log";

type Clocks = Pick<PressPublic, "pressed_at" | "received_at">;

export const lengthOf = (milliseconds: number): string =>
  milliseconds < 1000 ? logTexts.milliseconds(formatNumber(milliseconds)) : formatDuration(milliseconds / 1000);

/** When the server received a press; with the day, where that is another one than the day of the press. */
export function receivedWords({ pressed_at, received_at }: Clocks, zone: string): string {
  const isOneDay = dayOf(pressed_at, zone) === dayOf(received_at, zone);
  return (isOneDay ? formatTimeWithZone : formatShortMoment)(received_at, zone);
}

/** How long after the press that was; null where it was at once. */
export function delayOf({ pressed_at, received_at }: Clocks): string | null {
  const delayMs = Date.parse(received_at) - Date.parse(pressed_at);
  return delayMs > 0 ? lengthOf(delayMs) : null;
}
