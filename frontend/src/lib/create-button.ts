import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ButtonCreate, buttonsCreateButton } from "@/client";
import { stationKey } from "./station";

/** Makes a button, which has a press URL from the start. */
export function useCreateButton(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: ButtonCreate) => buttonsCreateButton({ query: { station_id: stationId }, body }),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: stationKey(stationId) }),
    meta: { showsItsErrors: true },
  });
}
