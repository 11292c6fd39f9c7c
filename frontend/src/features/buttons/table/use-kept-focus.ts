import { type FocusEvent, useLayoutEffect, useRef } from "react";

/**
 * Keeps the focus in a list whose rows come and go.
 *
 * A row that is retired leaves with the focus that it had, which then is on the body: the next Tab would begin at the
 * top of the page. The list takes it instead.
 */
export function useKeptFocus<Element extends HTMLElement>() {
  const list = useRef<Element>(null);
  const wasInside = useRef(false);
  useLayoutEffect(() => {
    if (wasInside.current && document.activeElement === document.body) list.current?.focus({ preventScroll: true });
  });
  return {
    ref: list,
    tabIndex: -1,
    onFocus: () => {
      wasInside.current = true;
    },
    onBlur: ({ relatedTarget }: FocusEvent) => {
      if (relatedTarget !== null) wasInside.current = false;
    },
  };
}
