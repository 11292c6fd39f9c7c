import { type QueryClient, queryOptions, useQueryClient } from "@tanstack/react-query";
import { type DeckEvent, decksListDecks } from "@/client";
import { useLive } from "./live";
import { stationKey } from "./station";

const MAX_DECKS = 100;

export const decksKey = (stationId: string) => [...stationKey(stationId), "decks"] as const;

/** The decks of a station, by name. */
export const decksQuery = (stationId: string) =>
  queryOptions({
    queryKey: decksKey(stationId),
    queryFn: async () => (await decksListDecks({ query: { station_id: stationId, limit: MAX_DECKS } })).data,
  });

/** Keeps the decks that were fetched as the stream tells them. The frame does it for every screen. */
export function useFollowDecks(stationId: string): void {
  const queryClient = useQueryClient();
  useLive("deck", (event) => void takeDeck(queryClient, stationId, event));
}

/** Each press changes its deck, so a change is taken as it was told, and fetched only where that does not do. */
async function takeDeck(
  queryClient: QueryClient,
  stationId: string,
  { is_removed, ...deck }: DeckEvent,
): Promise<void> {
  const { queryKey } = decksQuery(stationId);
  const known = queryClient.getQueryData(queryKey)?.find(({ id }) => id === deck.id);
  const isInPlace = known?.name === deck.name && !is_removed;
  if (isInPlace && queryClient.isFetching({ queryKey }) === 0) {
    queryClient.setQueryData(queryKey, (decks) => decks?.map((each) => (each.id === deck.id ? deck : each)));
    return;
  }
  // What is being fetched may be older than what was just told.
  await queryClient.cancelQueries({ queryKey });
  await queryClient.invalidateQueries({ queryKey });
}
