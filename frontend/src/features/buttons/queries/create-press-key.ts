import { useMutation, useQueryClient } from "@tanstack/react-query";
import { keysCreatePressKey } from "@/client";
import { buttonsKey } from "./keys";

export function useCreatePressKey(stationId: string, buttonId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (deckId: string | null) =>
      keysCreatePressKey({
        path: { button_id: buttonId },
        query: { station_id: stationId },
        body: { deck_id: deckId },
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: buttonsKey(stationId) }),
  });
}
