import { pressesRestorePress } from "@/client";
import { useCorrection } from "./corrected";

/** Counts a press that was suppressed or void. */
export const useRestorePress = (stationId: string) =>
  useCorrection(stationId, "restore", ({ press, words }) =>
    pressesRestorePress({
      path: { press_id: press.id },
      query: { station_id: stationId },
      body: { reason: words },
    }),
  );
