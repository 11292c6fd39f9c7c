import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ManualPress, pressesRecordManual } from "@/client";
import { stationKey } from "@/lib/station";

/** Enters a play that the keys missed. */
export function useAddPress(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: ManualPress) => pressesRecordManual({ query: { station_id: stationId }, body }),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: stationKey(stationId) }),
    meta: { showsItsErrors: true },
  });
}
