import { useRef } from "react";

type FocusHandlers = {
  onOpenAutoFocus?: ((event: Event) => void) | undefined;
  onCloseAutoFocus?: ((event: Event) => void) | undefined;
};

/** What a dialog was opened from. An item of a menu is gone by the time it closes; what opened the menu is there. */
function originOf(focused: Element | null): HTMLElement | null {
  const menu = focused?.closest('[role="menu"]');
  const opener = menu ? document.getElementById(menu.getAttribute("aria-labelledby") ?? "") : focused;
  return opener instanceof HTMLElement && opener !== document.body ? opener : null;
}

/**
 * Gives the focus back to where it was before a dialog opened.
 *
 * Radix does so only for a trigger of its own, which most dialogs here have none of. Where the place is gone, as a row that
 * was deleted, the content takes the focus: on the body, the next Tab would begin at the top of the page.
 */
export function useReturnFocus({ onOpenAutoFocus, onCloseAutoFocus }: FocusHandlers): Required<FocusHandlers> {
  const origin = useRef<HTMLElement | null>(null);
  return {
    onOpenAutoFocus: (event) => {
      origin.current = originOf(document.activeElement);
      onOpenAutoFocus?.(event);
    },
    onCloseAutoFocus: (event) => {
      onCloseAutoFocus?.(event);
      if (event.defaultPrevented) return;
      event.preventDefault();
      const place = origin.current?.isConnected ? origin.current : document.getElementById("content");
      place?.focus({ preventScroll: true });
    },
  };
}
