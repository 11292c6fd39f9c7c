import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ButtonUpdate, buttonsPatchButton } from "@/client";
import { stationKey } from "@/lib/station";
import { showChanged } from "./cached-buttons";

export function useUpdateButton(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ buttonId, changes }: { buttonId: string; changes: ButtonUpdate }) =>
      buttonsPatchButton({ path: { button_id: buttonId }, query: { station_id: stationId }, body: changes }),
    onSuccess: async (button) => {
      await showChanged(queryClient, button);
      void queryClient.invalidateQueries({ queryKey: stationKey(stationId) });
    },
    meta: { showsItsErrors: true },
  });
}
