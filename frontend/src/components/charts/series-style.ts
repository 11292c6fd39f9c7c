/** Lines of the same colour, or for an eye that tells none apart, still differ. */
const DASHES = [undefined, "7 4", "2 3", "11 4 2 4", "5 2", "9 3 2 3 2 3", "14 5", "3 5"] as const;

export const dashOf = (place: number): string | undefined => DASHES[place % DASHES.length];

const PALETTE_SIZE = 6;

/** A colour of the chart palette by place, for what has none of its own. */
export const colorAt = (place: number): string => `var(--chart-${1 + (place % PALETTE_SIZE)})`;

/** How strong what goes on is drawn: it is not what it will be. */
export const UNFINISHED_OPACITY = 0.4;
