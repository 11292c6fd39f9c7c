import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ButtonCreate, buttonsCreateButton } from "@/client";
import { stationKey } from "@/lib/station";

/** Makes the button that a station begins with. */
export function useCreateFirstButton(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: ButtonCreate) => buttonsCreateButton({ query: { station_id: stationId }, body }),
    meta: { showsItsErrors: true },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [...stationKey(stationId), "buttons"] }),
  });
}
