import { pressesCreateNote } from "@/client";
import { useCorrection } from "./corrected";

/** Adds a note to a press. */
export const useNotePress = (stationId: string) =>
  useCorrection(stationId, "note", ({ press, words }) =>
    pressesCreateNote({ path: { press_id: press.id }, query: { station_id: stationId }, body: { note: words } }),
  );
