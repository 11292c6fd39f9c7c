import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ButtonPublic, buttonsRetireButton } from "@/client";
import { stationKey } from "@/lib/station";
import { showChanged } from "./cached-buttons";

type Change = { button: ButtonPublic; retire: boolean };

/** Retires a button or takes it back into use; shown at once, and taken back where the server refuses. */
export function useRetireButton({ onDone }: { onDone: (change: Change) => void }) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ button, retire }: Change) =>
      buttonsRetireButton({
        path: { button_id: button.id },
        query: { station_id: button.station_id },
        body: { retire },
      }),
    onMutate: ({ button, retire }) =>
      showChanged(queryClient, { ...button, retired_at: retire ? new Date().toISOString() : null }),
    onError: (_error, _change, takeBack) => takeBack?.(),
    onSuccess: (_button, change) => onDone(change),
    onSettled: (_button, _error, { button }) =>
      void queryClient.invalidateQueries({ queryKey: stationKey(button.station_id) }),
  });
}
