/** Shades of a count: 0 for none, then up to 5. */
export type Level = 0 | 1 | 2 | 3 | 4 | 5;

export const LEVELS = 5;

/** From which count on each shade is taken, 1 to 5. */
export type Scale = readonly number[];

// The one day on which everything was tried out must not make all others look alike.
const WIDE_SHARE = 0.95;

/** Even steps up to what 95 of 100 counts stay below; the last shade has no end. Fewer than five where counts are small. */
export function scaleOf(counts: readonly (number | null)[]): Scale {
  const sorted = counts
    .filter((count) => count !== null && count > 0)
    .sort((one, other) => Number(one) - Number(other));
  const top = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * WIDE_SHARE))];
  if (top === undefined || top === null) return [1];
  const steps = Math.min(LEVELS, top);
  return Array.from({ length: steps }, (_, step) => 1 + Math.floor((step * top) / steps));
}

export function levelOf(count: number, scale: Scale): Level {
  const step = scale.filter((from) => count >= from).length;
  // Of a short scale the last shade is the darkest too.
  return (step === 0 ? 0 : step + (LEVELS - scale.length)) as Level;
}

const SHARES = [0, 22, 42, 62, 82, 100] as const;

export const shadeOf = (level: Level): string =>
  level === 0 ? "var(--muted)" : `color-mix(in oklab, var(--chart-1) ${SHARES[level]}%, var(--card))`;
