import { formatChange, formatNumber } from "@/lib/format";
import { chartTexts } from "@/texts/charts";

/** How a count changed, in words and numbers. Null is what nobody knows. */
export function changeText(now: number | null, before: number | null): string {
  if (now === null || before === null) return chartTexts.unknownChange;
  if (now === before) return chartTexts.unchanged;
  if (before === 0) return chartTexts.isNew;
  if (now === 0) return chartTexts.stopped(formatNumber(before));
  const say = now > before ? chartTexts.rose : chartTexts.fell;
  return say(withShare(now - before, before), formatNumber(before));
}

const LEAST_SHARE = 0.005;

/** 106 (−81%); without a share that would be said as 0. */
function withShare(difference: number, before: number): string {
  const by = formatNumber(Math.abs(difference));
  const share = difference / before;
  return Math.abs(share) < LEAST_SHARE ? by : chartTexts.withShare(by, formatChange(share));
}

export const differenceOf = (now: number | null, before: number | null): number | null =>
  now === null || before === null ? null : now - before;

/** As a part of what was before; null where there is no such part. */
export const shareOf = (now: number | null, before: number | null): number | null =>
  now === null || before === null || before === 0 ? null : (now - before) / before;
