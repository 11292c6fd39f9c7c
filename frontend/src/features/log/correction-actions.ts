import type { CorrectionKind, PressPublic } from "@/client";

/** What may be done to the status of a press, as the API has it. */
export function statusCorrectionOf(press: PressPublic): Exclude<CorrectionKind, "note"> | null {
  if (press.status === "counted") return "void";
  return press.status === "void" || press.status === "suppressed" ? "restore" : null;
}
