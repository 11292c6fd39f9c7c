import { queryOptions } from "@tanstack/react-query";
import type { ButtonPublic } from "@/client";
import { readAllButtons } from "./all-buttons";
import { stationKey } from "./station";

// The most used ones: two thousand name every type that matters, and are nearly all that a log shows.
const MAX_PAGES = 10;

export type ButtonWords = {
  types: string[];
  tags: string[];
  /** The colours that buttons have of their own, by their ids. */
  colors: ReadonlyMap<string, string>;
};

/** Each word once, whatever its case, in the order of the alphabet. */
function distinct(words: string[]): string[] {
  const byFolded = new Map(words.map((word) => [word.toLowerCase(), word]));
  return [...byFolded.values()].sort((one, other) => one.localeCompare(other));
}

export const colorsOf = (buttons: readonly Pick<ButtonPublic, "id" | "color">[]): ReadonlyMap<string, string> =>
  new Map(buttons.flatMap(({ id, color }) => (color === null ? [] : [[id, color] as const])));

/** What the station's buttons have in types, tags and colours, to choose from and to be shown by. */
export const buttonWordsQuery = (stationId: string) =>
  queryOptions({
    queryKey: [...stationKey(stationId), "buttons", "words"] as const,
    queryFn: async (): Promise<ButtonWords> => {
      const listing = { station_id: stationId, state: "all", sort: "-usage_count" } as const;
      const buttons = await readAllButtons(listing, { maxPages: MAX_PAGES });
      return {
        types: distinct(buttons.map((button) => button.type)),
        tags: distinct(buttons.flatMap((button) => button.tags)),
        colors: colorsOf(buttons),
      };
    },
    staleTime: 300_000,
  });
