import type { Channel, CorrectionKind, PressStatus } from "@/client";

/** What screens call what presses are made of. */
export const pressTexts = {
  status: {
    counted: "Counted",
    suppressed: "Suppressed",
    retired: "Retired",
    test: "Test",
    ignored: "Ignored",
    void: "Void",
  } satisfies Record<PressStatus, string>,
  /** Why a press is not counted, where nobody has said it. */
  reason: {
    suppressed: "Too close to a counted press of the same button.",
    retired: "The button was retired.",
    test: "The deck was in test mode.",
    ignored: "A link preview, not a key.",
    void: "Taken out of the counts.",
  } satisfies Record<Exclude<PressStatus, "counted">, string>,
  channel: {
    get: "Key",
    post: "Plugin",
    batch: "Sent later",
    manual: "By hand",
    import: "Imported",
  } satisfies Record<Channel, string>,
  channelHint: {
    get: "A key called its press URL.",
    post: "A program sent it with its own clock.",
    batch: "It was kept while the server could not be reached, and sent later.",
    manual: "Somebody entered it afterwards.",
    import: "It came from another installation.",
  } satisfies Record<Channel, string>,
  correction: {
    void: "Made void",
    restore: "Restored",
    note: "Note",
  } satisfies Record<CorrectionKind, string>,
} as const;
