import { useRef } from "react";

type FocusHandler = ((event: Event) => void) | undefined;

/**
 * Returns the focus to where it was when a dialog opened.
 *
 * Radix returns it to the trigger inside the dialog's own root, which a dialog that is opened from a menu or by a key
 * does not have. Where the element is gone, as a row that was just deleted, the content takes the focus: on the body,
 * the next Tab would begin at the top of the page.
 */
export function useReturnFocus({
  onOpenAutoFocus,
  onCloseAutoFocus,
}: {
  onOpenAutoFocus: FocusHandler;
  onCloseAutoFocus: FocusHandler;
}) {
  const before = useRef<Element | null>(null);
  return {
    onOpenAutoFocus: (event: Event) => {
      before.current = document.activeElement;
      onOpenAutoFocus?.(event);
    },
    onCloseAutoFocus: (event: Event) => {
      onCloseAutoFocus?.(event);
      if (event.defaultPrevented) return;
      event.preventDefault();
      const isThere = before.current?.isConnected && before.current !== document.body;
      const target = isThere ? before.current : document.getElementById("content");
      if (target instanceof HTMLElement) target.focus({ preventScroll: true });
    },
  };
}
