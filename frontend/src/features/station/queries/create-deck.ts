import { useMutation, useQueryClient } from "@tanstack/react-query";
import { decksCreateDeck } from "@/client";
import { decksKey } from "@/lib/decks";

export function useCreateDeck(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => decksCreateDeck({ query: { station_id: stationId }, body: { name } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: decksKey(stationId) }),
    meta: { showsItsErrors: true },
  });
}
