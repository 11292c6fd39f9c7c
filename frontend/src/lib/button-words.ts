import { queryOptions } from "@tanstack/react-query";
import { type ButtonPublic, buttonsListButtons } from "@/client";
import { stationKey } from "./station";

const PAGE_SIZE = 200;
// What is offered to choose from, beyond which one types: a thousand buttons in use name every type that matters.
const MAX_PAGES = 5;

export type ButtonWords = { types: string[]; tags: string[] };

/** Each word once, whatever its case, in the order of the alphabet. */
function distinct(words: string[]): string[] {
  const byFolded = new Map(words.map((word) => [word.toLowerCase(), word]));
  return [...byFolded.values()].sort((one, other) => one.localeCompare(other));
}

async function readAll(stationId: string): Promise<ButtonPublic[]> {
  const found: ButtonPublic[] = [];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { data, count } = await buttonsListButtons({
      query: { station_id: stationId, state: "all", sort: "-usage_count", skip: page * PAGE_SIZE, limit: PAGE_SIZE },
    });
    found.push(...data);
    if (found.length >= count) break;
  }
  return found;
}

/** The types and tags that the station's buttons have, to choose from. */
export const buttonWordsQuery = (stationId: string) =>
  queryOptions({
    queryKey: [...stationKey(stationId), "buttons", "words"] as const,
    queryFn: async (): Promise<ButtonWords> => {
      const buttons = await readAll(stationId);
      return {
        types: distinct(buttons.map((button) => button.type)),
        tags: distinct(buttons.flatMap((button) => button.tags)),
      };
    },
    staleTime: 300_000,
  });
