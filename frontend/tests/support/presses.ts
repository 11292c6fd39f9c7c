import { randomUUID } from "node:crypto";
import type { PressKeyPublic, PressPage, PressPublic, RecordedPress } from "../../src/client";
import type { Api } from "./api.ts";
import { product } from "./product.ts";

/** Enters a play by hand, at any time in the past. */
export function recordPlay(
  api: Api,
  stationId: string,
  play: { button_id: string; pressed_at: string; reason?: string },
): Promise<RecordedPress> {
  return api.call("POST", `/presses/manual?station_id=${stationId}`, { reason: "It was off.", ...play });
}

/** Sends presses that a deck kept, so many of them, each a minute before the other; the newest a minute ago. */
export async function recordMany(key: PressKeyPublic, count: number): Promise<void> {
  const now = Date.now();
  const presses = Array.from({ length: count }, (_, minutes) => ({
    id: randomUUID(),
    press_key: key.key,
    pressed_at: new Date(now - (minutes + 1) * 60_000).toISOString(),
  }));
  const answer = await fetch(`${product().url}/api/v1/presses/batch`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ presses }),
  });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
}

/** The press that was pressed last. */
export async function latestPress(api: Api, stationId: string): Promise<PressPublic> {
  const { data } = await api.call<PressPage>("GET", `/presses/?station_id=${stationId}&limit=1`);
  const [latest] = data;
  if (latest === undefined) throw new Error("The station has no press.");
  return latest;
}
