import { useMutation, useQueryClient } from "@tanstack/react-query";
import { keysCreatePressKey } from "@/client";
import { stationKey } from "@/lib/station";

/** Decks and old addresses tell of keys too, so all about the station is asked anew. */
export function useCreatePressKey(stationId: string, buttonId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (deckId: string | null) =>
      keysCreatePressKey({
        path: { button_id: buttonId },
        query: { station_id: stationId },
        body: { deck_id: deckId },
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: stationKey(stationId) }),
  });
}
