import type { PressPublic } from "@/client";

/** The number of the record that told the last of a press: its own, or that of its latest correction. */
export const toldBy = (press: PressPublic): number =>
  Math.max(press.seq, ...press.corrections.map((correction) => correction.seq));
