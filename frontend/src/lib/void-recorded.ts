import { useMutation, useQueryClient } from "@tanstack/react-query";
import { pressesVoidPress } from "@/client";
import { stationKey } from "./station";

/** Takes a press that was just recorded from here out of the counts again; both stay on the record. */
export function useVoidRecorded(
  stationId: string,
  { reason, showsItsErrors = false }: { reason: string; showsItsErrors?: boolean },
) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (pressId: string) =>
      pressesVoidPress({ path: { press_id: pressId }, query: { station_id: stationId }, body: { reason } }),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: stationKey(stationId) }),
    meta: { showsItsErrors },
  });
}
