import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useFollowOtherTabs } from "@/lib/follow-session";
import { useUser } from "@/lib/session";
import { hasSingleKeys } from "@/lib/single-keys";
import { isBusy } from "@/lib/typing";
import { entriesFor, GO_KEYS } from "./navigation";

const SEQUENCE_MS = 1_500;
const DIALOGS_AFTER_MS = 1_500;

/** What the frame listens to once it stands: the keys that work everywhere, and the other tabs of this browser. */
export function FrameEars({ onHelp }: { onHelp: () => void }) {
  useFollowOtherTabs();
  useKeys(onHelp);
  useEffect(() => {
    const timer = setTimeout(fetchDialogs, DIALOGS_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return null;
}

/**
 * Before they are wanted. Whoever presses Ctrl-K types on at once; and on a wall, a login ends weeks after its page was
 * opened, when the server may long have another version, and the dialog that says so by another name.
 */
function fetchDialogs(): void {
  void Promise.allSettled([import("./command-palette-dialog"), import("./session-expired-dialog")]);
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
