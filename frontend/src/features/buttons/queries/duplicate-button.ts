import { useMutation, useQueryClient } from "@tanstack/react-query";
import { buttonsDuplicateButton } from "@/client";
import { stationKey } from "@/lib/station";

export function useDuplicateButton(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ buttonId, title }: { buttonId: string; title: string }) =>
      buttonsDuplicateButton({ path: { button_id: buttonId }, query: { station_id: stationId }, body: { title } }),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: stationKey(stationId) }),
    meta: { showsItsErrors: true },
  });
}
