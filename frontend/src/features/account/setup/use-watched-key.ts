import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ButtonPublic } from "@/client";
import { useLive } from "@/lib/live";
import { watchedKeyQuery } from "../queries/watch-key";

export type WatchedKey = {
  button: ButtonPublic;
  firstPressedAt: string | null;
  /** Why the last look failed. */
  error: unknown;
  /** Whether a link preview opened the address, as chat programs do where it is pasted. */
  wasIgnored: boolean;
};

/** A button as it is pressed for the first time. */
export function useWatchedKey(made: ButtonPublic): WatchedKey {
  const { data: button, error, refetch } = useQuery(watchedKeyQuery(made));
  const [wasIgnored, setIgnored] = useState(false);
  const [firstPressedAt, setFirstPressedAt] = useState(button.last_pressed_at);
  if (firstPressedAt === null && button.last_pressed_at !== null) setFirstPressedAt(button.last_pressed_at);
  useLive("press", (press) => {
    if (press.button.id !== made.id) return;
    setIgnored(press.status === "ignored");
    void refetch();
  });
  return { button, firstPressedAt, error, wasIgnored };
}
