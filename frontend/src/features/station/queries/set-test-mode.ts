import { useMutation, useQueryClient } from "@tanstack/react-query";
import { decksUpdateDeck } from "@/client";
import { decksKey, decksQuery } from "@/lib/decks";

type TestMode = { deckId: string; until: string | null };

/** Puts a deck into test mode until a time, or ends it. Shown at once, and taken back where the server refuses. */
export function useSetTestMode(stationId: string) {
  const queryClient = useQueryClient();
  const { queryKey } = decksQuery(stationId);
  return useMutation({
    mutationFn: ({ deckId, until }: TestMode) =>
      decksUpdateDeck({
        path: { deck_id: deckId },
        query: { station_id: stationId },
        body: { test_mode_until: until },
      }),
    onMutate: async ({ deckId, until }) => {
      await queryClient.cancelQueries({ queryKey });
      const before = queryClient.getQueryData(queryKey);
      queryClient.setQueryData(queryKey, (decks) =>
        decks?.map((deck) =>
          deck.id === deckId ? { ...deck, test_mode_until: until, is_in_test_mode: until !== null } : deck,
        ),
      );
      return before;
    },
    onError: (_error, _wanted, before) => queryClient.setQueryData(queryKey, before),
    onSettled: () => queryClient.invalidateQueries({ queryKey: decksKey(stationId) }),
  });
}
