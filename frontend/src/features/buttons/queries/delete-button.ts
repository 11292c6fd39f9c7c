import { useMutation, useQueryClient } from "@tanstack/react-query";
import { buttonsDeleteButton } from "@/client";
import { buttonKey } from "@/lib/one-button";
import { stationKey } from "@/lib/station";

/** Removes a button that was never pressed. `onDone` leaves its own screen before anything asks for it again. */
export function useDeleteButton(stationId: string, { onDone }: { onDone: (buttonId: string) => Promise<unknown> }) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (buttonId: string) =>
      buttonsDeleteButton({ path: { button_id: buttonId }, query: { station_id: stationId } }),
    onSuccess: async (_nothing, buttonId) => {
      await onDone(buttonId);
      queryClient.removeQueries({ queryKey: buttonKey(stationId, buttonId) });
      void queryClient.invalidateQueries({ queryKey: stationKey(stationId) });
    },
    meta: { showsItsErrors: true },
  });
}
