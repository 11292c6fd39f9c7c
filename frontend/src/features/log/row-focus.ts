import { useEffect } from "react";

/** Gives the focus to the row of a press; tells whether it is drawn. */
export function focusRow(pressId: string): boolean {
  const link = document.querySelector<HTMLElement>(`[data-row-link="${pressId}"]`);
  link?.focus({ preventScroll: true });
  return link !== null;
}

/** Once there are rows, gives the focus to that of a press that waits for it, unless somebody has gone on meanwhile. */
export function useAwaitedFocus(pressId: string | null, hasRows: boolean): void {
  useEffect(() => {
    if (!hasRows || pressId === null) return;
    const focused = document.activeElement;
    if (focused === null || focused === document.body || focused.id === "content") focusRow(pressId);
  }, [pressId, hasRows]);
}
