import type { LucideIcon } from "lucide-react";

/** One line of the palette. */
export type Choice = {
  /** By which it is remembered. */
  id: string;
  label: string;
  /** Other words that find it. */
  words?: string;
  hint?: string;
  icon: LucideIcon;
  run: () => unknown;
  /** Asks for more in place of closing the palette. */
  staysOpen?: boolean;
};

/** Whether each word that was typed begins a word of the label, or of the others that are to find it. */
export function isMeant({ label, words = "" }: Choice, typed: string): boolean {
  const known = `${label} ${words}`.toLowerCase().split(/[\s:]+/);
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((part) => known.some((word) => word.startsWith(part)));
}
