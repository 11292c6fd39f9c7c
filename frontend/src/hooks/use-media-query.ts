import { useCallback, useSyncExternalStore } from "react";

/** Whether a media query holds, for what CSS cannot decide: a part that is another one on a phone. */
export function useMediaQuery(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

/** Narrower than Tailwind's `md`, where the navigation is at the bottom. */
export const useIsPhone = (): boolean => useMediaQuery("(width < 48rem)");
