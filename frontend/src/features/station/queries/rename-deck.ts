import { useMutation, useQueryClient } from "@tanstack/react-query";
import { decksUpdateDeck } from "@/client";
import { stationKey } from "@/lib/station";

/** Names a deck anew, wherever it is shown. */
export function useRenameDeck(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ deckId, name }: { deckId: string; name: string }) =>
      decksUpdateDeck({ path: { deck_id: deckId }, query: { station_id: stationId }, body: { name } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: stationKey(stationId) }),
    meta: { showsItsErrors: true },
  });
}
