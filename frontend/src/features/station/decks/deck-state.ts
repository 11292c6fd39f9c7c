import type { DeckPublic } from "@/client";

export type DeckState = "test" | "quiet" | "heard" | "never";

/** What is worth knowing of a deck first. */
export function stateOf(deck: DeckPublic, now: Date): DeckState {
  if (deck.test_mode_until !== null && new Date(deck.test_mode_until) > now) return "test";
  if (deck.is_quiet) return "quiet";
  return deck.last_heard_at === null ? "never" : "heard";
}
