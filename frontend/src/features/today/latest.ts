import type { PressPublic } from "@/client";
import { toldBy } from "@/lib/told-by";

/** Two accounts of presses as one, newest first: each press once, by the later of its two accounts. */
export function mergePresses(one: readonly PressPublic[], other: readonly PressPublic[], max: number): PressPublic[] {
  const byId = new Map<string, PressPublic>();
  for (const press of [...one, ...other]) {
    const known = byId.get(press.id);
    if (known === undefined || toldBy(press) > toldBy(known)) byId.set(press.id, press);
  }
  return [...byId.values()].sort(byTimeThenSeq).slice(0, max);
}

/** As the API lists them. */
function byTimeThenSeq(one: PressPublic, other: PressPublic): number {
  return Date.parse(other.pressed_at) - Date.parse(one.pressed_at) || other.seq - one.seq;
}
