import { type RefObject, useEffect } from "react";

/** Gives the focus to the row of a press; tells whether it is drawn. */
export function focusRow(pressId: string): boolean {
  const link = document.querySelector<HTMLElement>(`[data-row-link="${pressId}"]`);
  link?.focus({ preventScroll: true });
  return link !== null;
}

/** Once there are rows, gives the focus to the one that waits for it, unless somebody has gone on meanwhile. */
export function useAwaitedFocus(awaited: RefObject<string | null>, hasRows: boolean): void {
  useEffect(() => {
    if (!hasRows || awaited.current === null) return;
    const focused = document.activeElement;
    if (focused === null || focused === document.body || focused.id === "content") focusRow(awaited.current);
    awaited.current = null;
  }, [awaited, hasRows]);
}
