import type { Purpose } from "@/client";

/** From a name to a key that records: set-up and the guide of an empty station say it in the same words. */
export const firstKeyTexts = {
  example: (title: string) => `For example “${title}”.`,
  examples: {
    radio: { title: "Buckle up", type: "psa" },
    stream: { title: "Hug", type: "sound_effect" },
    desk: { title: "Shift handed over", type: "other" },
    research: { title: "Left the nest", type: "other" },
  } satisfies Record<Purpose, { title: string; type: string }>,

  pressUrl: "Press URL",
  pressUrlHint: "Whoever has it can record presses, and nothing else.",
  loopback: "This address works on this computer only. For a Stream Deck on another one, start the server with",
  loopbackOption: "--host 0.0.0.0",
  loopbackAsIn: ", as in",
  loopbackCommand: "scripts/start.sh --host 0.0.0.0",
  end: ".",

  // What stands in ** is a name that the app itself shows.
  appSteps: [
    "Drag a **Multi Action** onto a key.",
    "Add your sound: **Soundboard**, then **Play Audio**. Without a sound, leave this out.",
    "Add **Website** (under **System**) after it.",
    "Paste the URL and tick **GET request in background**.",
  ],
} as const;
