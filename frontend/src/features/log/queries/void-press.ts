import { pressesVoidPress } from "@/client";
import { useCorrection } from "./corrected";

/** Takes a counted press out of the counts. */
export const useVoidPress = (stationId: string) =>
  useCorrection(stationId, "void", ({ press, words }) =>
    pressesVoidPress({
      path: { press_id: press.id },
      query: { station_id: stationId },
      body: { reason: words },
    }),
  );
