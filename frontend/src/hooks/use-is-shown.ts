import { useCallback, useEffect, useRef } from "react";

/**
 * Whether the component is still shown. Asked by a form whose answer has come, before it closes itself: who left it
 * meanwhile may be writing in the next one.
 */
export function useIsShown(): () => boolean {
  const isShown = useRef(false);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);
  return useCallback(() => isShown.current, []);
}
