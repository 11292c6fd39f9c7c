import { queryOptions } from "@tanstack/react-query";
import { type PressPublic, pressesListPresses } from "@/client";
import { buttonKey } from "@/lib/one-button";

const RECENT = 50;
const VOID = 50;

async function readPresses(stationId: string, buttonId: string) {
  const ofButton = { station_id: stationId, button_id: buttonId };
  const [recent, voided] = await Promise.all([
    pressesListPresses({ query: { ...ofButton, limit: RECENT } }),
    pressesListPresses({ query: { ...ofButton, status: "void", limit: VOID } }),
  ]);
  const corrected = new Map<string, PressPublic>();
  for (const press of [...recent.data, ...voided.data]) {
    if (press.corrections.length > 0) corrected.set(press.id, press);
  }
  return {
    recent: recent.data,
    corrected: [...corrected.values()].sort((one, other) => other.seq - one.seq),
  };
}

/**
 * The last presses of a button, and those that were corrected.
 *
 * The log cannot be asked for corrections as such, so these are the newest presses that are void, and what was restored
 * or noted among the last 50.
 */
export const pressesOfButtonQuery = (stationId: string, buttonId: string) =>
  queryOptions({
    queryKey: [...buttonKey(stationId, buttonId), "presses"] as const,
    meta: { followsPresses: true },
    queryFn: () => readPresses(stationId, buttonId),
  });
