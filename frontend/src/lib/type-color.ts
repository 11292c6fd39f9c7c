/** The types that the API suggests each have a colour of the chart palette; a station's own types share them out. */
const SUGGESTED = new Map([
  ["psa", 1],
  ["station_id", 3],
  ["sound_effect", 2],
  ["promo", 4],
  ["underwriting", 5],
  ["music", 3],
  ["other", 6],
]);

const PALETTE_SIZE = 6;

function hashOf(text: string): number {
  let hash = 0;
  for (const letter of text) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  return hash;
}

/** The colour of a type, the same on every screen and on every day: by its name, and not by who else is there. */
export function colorOfType(type: string): string {
  const name = type.toLowerCase();
  return `var(--chart-${SUGGESTED.get(name) ?? 1 + (hashOf(name) % PALETTE_SIZE)})`;
}

/** The colour of a button: its own, or that of its type. */
export const colorOfButton = ({ color, type }: { color?: string | null; type: string }): string =>
  color ?? colorOfType(type);
