import { useMutation, useQueryClient } from "@tanstack/react-query";
import { pressesVoidPress } from "@/client";
import { stationKey } from "@/lib/station";
import { logTexts } from "@/texts/log";

/** Takes a play that was just entered by hand out of the counts again. */
export function useVoidRecorded(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (pressId: string) =>
      pressesVoidPress({
        path: { press_id: pressId },
        query: { station_id: stationId },
        body: { reason: logTexts.enteredByMistake },
      }),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: stationKey(stationId) }),
  });
}
