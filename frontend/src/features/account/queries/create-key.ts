import { useMutation, useQueryClient } from "@tanstack/react-query";
import { buttonsCreateButton } from "@/client";
import { stationKey } from "@/lib/station";

/** Makes a button, which has a press URL from the start. */
export function useCreateKey(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: { title: string; type: string }) =>
      buttonsCreateButton({ query: { station_id: stationId }, body }),
    meta: { showsItsErrors: true },
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: stationKey(stationId) }),
  });
}
