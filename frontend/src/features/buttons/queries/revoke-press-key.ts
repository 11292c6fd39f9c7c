import { useMutation, useQueryClient } from "@tanstack/react-query";
import { keysRevokePressKey } from "@/client";
import { buttonsKey } from "./keys";

export function useRevokePressKey(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (keyId: string) => keysRevokePressKey({ path: { key_id: keyId }, query: { station_id: stationId } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: buttonsKey(stationId) }),
    meta: { showsItsErrors: true },
  });
}
