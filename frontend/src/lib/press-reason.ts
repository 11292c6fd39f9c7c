import type { PressPublic } from "@/client";
import { pressTexts } from "@/texts/presses";

/** Why a press does not count: in the words of who made it void, else by its status. Null where it counts. */
export function reasonOf(press: PressPublic): string | null {
  if (press.status === "counted") return null;
  if (press.status === "void") {
    const voided = press.corrections.findLast(({ kind }) => kind === "void");
    if (voided !== undefined) return voided.text;
  }
  return pressTexts.reason[press.status];
}

/** All words that were said about a press: its note, then reasons and later notes in their order. */
export const wordsOf = (press: PressPublic): string[] => [
  ...(press.note ? [press.note] : []),
  ...press.corrections.map(({ text }) => text),
];
