import type { AnyRouter } from "@tanstack/react-router";
import { type RefObject, useEffect, useRef } from "react";

// A screen that takes longer than this has lost its turn: meanwhile somebody may have gone on by themselves.
const TURN_MS = 5_000;
// A menu that closes gives the focus back to what opened it, a moment after the screen has come.
const AFTER_MENUS_MS = 30;

let navigatedAt = Number.NEGATIVE_INFINITY;

/** Remembers each change of the screen; the first screen is left to the browser. */
export function watchNavigation(router: AnyRouter): void {
  router.subscribe("onBeforeNavigate", ({ fromLocation, pathChanged }) => {
    if (fromLocation !== undefined && pathChanged) navigatedAt = performance.now();
  });
}

/** Whether the focus is where a navigation left it: on a link of the frame, or nowhere since what had it is gone. */
function isFocusFree(): boolean {
  const focused = document.activeElement;
  return focused === null || focused.closest('main, [role="dialog"], [role="alertdialog"]') === null;
}

/**
 * For the heading of a screen: takes the focus after a navigation, so that a keyboard goes on from there, and a screen
 * reader says where it is.
 */
export function useHeadingFocus(): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (performance.now() - navigatedAt > TURN_MS) return;
    navigatedAt = Number.NEGATIVE_INFINITY;
    const take = () => {
      if (isFocusFree()) heading.current?.focus({ preventScroll: true });
    };
    take();
    const timer = setTimeout(take, AFTER_MENUS_MS);
    return () => clearTimeout(timer);
  }, []);
  return heading;
}
