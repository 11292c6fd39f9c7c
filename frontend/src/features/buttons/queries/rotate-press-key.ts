import { useMutation, useQueryClient } from "@tanstack/react-query";
import { keysRotatePressKey } from "@/client";
import { stationKey } from "@/lib/station";

export function useRotatePressKey(stationId: string, buttonId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (keyId: string) =>
      keysRotatePressKey({ path: { button_id: buttonId }, query: { station_id: stationId }, body: { key_id: keyId } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: stationKey(stationId) }),
    meta: { showsItsErrors: true },
  });
}
