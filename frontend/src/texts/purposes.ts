import type { Purpose } from "@/client";

/** What a station can be for, in the order in which it is offered. */
export const purposeTexts: Record<Purpose, { name: string; hint: string }> = {
  radio: { name: "Radio station", hint: "PSAs, station IDs, spots" },
  stream: { name: "Stream", hint: "Sound effects and alerts" },
  desk: { name: "Operations desk", hint: "Events logged by hand" },
  research: { name: "Research", hint: "Observations, one press each" },
};

export const PURPOSES = Object.keys(purposeTexts) as Purpose[];
