import type { Neighbour } from "@/client";

/** So many are told at most: the most used of a type, and the button itself wherever it stands. */
const MOST_TOLD = 50;

/** The rank is null where others that are not told may stand before it. */
export type Ranked = Neighbour & { rank: number | null };

/** Whether there may be more of the type than are told. */
export const isCut = (neighbours: readonly Neighbour[]): boolean => neighbours.length >= MOST_TOLD;

/** Neighbours by their rank among all of their type; they come in its order. */
export function ranked(neighbours: readonly Neighbour[]): Ranked[] {
  return neighbours.map((neighbour, place) => {
    const isBehindOthers = neighbour.is_itself && place === neighbours.length - 1 && isCut(neighbours);
    return { ...neighbour, rank: isBehindOthers ? null : place + 1 };
  });
}
