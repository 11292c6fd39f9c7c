import { useMutation, useQueryClient } from "@tanstack/react-query";
import { keysRevokePressKey } from "@/client";
import { stationKey } from "@/lib/station";

export function useRevokePressKey(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (keyId: string) => keysRevokePressKey({ path: { key_id: keyId }, query: { station_id: stationId } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: stationKey(stationId) }),
    meta: { showsItsErrors: true },
  });
}
