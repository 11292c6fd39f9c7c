import { useMutation, useQueryClient } from "@tanstack/react-query";
import { keysRotatePressKey } from "@/client";
import { buttonsKey } from "./keys";

export function useRotatePressKey(stationId: string, buttonId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (keyId: string) =>
      keysRotatePressKey({ path: { button_id: buttonId }, query: { station_id: stationId }, body: { key_id: keyId } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: buttonsKey(stationId) }),
    meta: { showsItsErrors: true },
  });
}
