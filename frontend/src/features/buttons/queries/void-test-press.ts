import { useMutation, useQueryClient } from "@tanstack/react-query";
import { pressesVoidPress } from "@/client";
import { stationKey } from "@/lib/station";
import { testPressTexts } from "@/texts/buttons";

/** Takes a test press that counted out of the counts; both stay on the record. */
export function useVoidTestPress(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (pressId: string) =>
      pressesVoidPress({
        path: { press_id: pressId },
        query: { station_id: stationId },
        body: { reason: testPressTexts.voidReason },
      }),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: stationKey(stationId) }),
    meta: { showsItsErrors: true },
  });
}
