import { useMutation, useQueryClient } from "@tanstack/react-query";
import { pressRecord } from "@/client";
import { stationKey } from "@/lib/station";
import { testPressTexts } from "@/texts/buttons";

/**
 * Presses a key as a deck would, with a note that says so.
 *
 * On this page's own address, whatever press URLs begin with: a browser calls another one only where that allows it.
 */
export function useTestPress(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (pressKey: string) =>
      pressRecord({ path: { press_key: pressKey }, body: { note: testPressTexts.note } }),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: stationKey(stationId) }),
    meta: { showsItsErrors: true },
  });
}
