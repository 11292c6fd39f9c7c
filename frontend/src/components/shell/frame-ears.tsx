import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useFollowOtherTabs } from "@/lib/follow-session";
import { useUser } from "@/lib/session";
import { hasSingleKeys } from "@/lib/single-keys";
import { isBusy } from "@/lib/typing";
import { entriesFor, GO_KEYS } from "./navigation";

const SEQUENCE_MS = 1_500;
const PALETTE_AFTER_MS = 1_500;

/** What the frame listens to once it stands: the keys that work everywhere, and the other tabs of this browser. */
export function FrameEars({ onHelp }: { onHelp: () => void }) {
  useFollowOtherTabs();
  useKeys(onHelp);
  useEffect(() => {
    // Before it is wanted: whoever presses Ctrl-K types on at once.
    const timer = setTimeout(() => void import("./command-palette-dialog").catch(() => undefined), PALETTE_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return null;
}

/** `?` shows the keys, and `g` with another one goes to a screen; never while somebody types, or in a dialog. */
function useKeys(onHelp: () => void): void {
  const navigate = useNavigate();
  const user = useUser();
  const begunAt = useRef(Number.NEGATIVE_INFINITY);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!isOurs(event)) return;
      const target = entriesFor({ isSuperuser: user.is_superuser }).find(({ to }) => GO_KEYS[to] === event.key);
      const isSecond = performance.now() - begunAt.current < SEQUENCE_MS;
      begunAt.current = event.key === "g" ? performance.now() : Number.NEGATIVE_INFINITY;
      if (event.key === "?") onHelp();
      else if (isSecond && target) void navigate({ to: target.to });
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [navigate, user.is_superuser, onHelp]);
}

const isOurs = (event: KeyboardEvent): boolean =>
  hasSingleKeys() && !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey && !isBusy();
