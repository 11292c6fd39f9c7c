import { useMutation, useQueryClient } from "@tanstack/react-query";
import { decksDeleteDeck } from "@/client";
import { decksKey } from "@/lib/decks";

export function useDeleteDeck(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (deckId: string) => decksDeleteDeck({ path: { deck_id: deckId }, query: { station_id: stationId } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: decksKey(stationId) }),
    meta: { showsItsErrors: true },
  });
}
