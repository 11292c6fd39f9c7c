import { useEffect, useRef } from "react";

const DIALOG = '[data-slot="dialog-overlay"]';

/**
 * Ctrl-P (or Command-P) would print the few rows that are drawn: here it leads to all of them; but not away from a form
 * that somebody writes in.
 */
export function usePrintKey(print: () => void): void {
  const latest = useRef(print);
  useEffect(() => {
    latest.current = print;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "p" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey)
        return;
      if (document.querySelector(DIALOG) !== null) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
