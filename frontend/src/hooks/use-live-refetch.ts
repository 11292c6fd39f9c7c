import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { useLive } from "@/lib/live";

const INTERVAL_MS = 2_000;

/** Fetches counts anew when presses or corrections arrive: at once, and then every two seconds at most. */
export function useLiveRefetch(queryKey: QueryKey): void {
  const queryClient = useQueryClient();
  const key = useRef(queryKey);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const lastAt = useRef(0);
  useEffect(() => {
    key.current = queryKey;
  });
  useEffect(() => () => clearTimeout(timer.current), []);

  const refetch = useCallback(() => {
    if (timer.current !== undefined) return;
    timer.current = setTimeout(
      () => {
        timer.current = undefined;
        lastAt.current = Date.now();
        void queryClient.invalidateQueries({ queryKey: key.current });
      },
      Math.max(0, lastAt.current + INTERVAL_MS - Date.now()),
    );
  }, [queryClient]);

  useLive("press", refetch);
  useLive("correction", refetch);
}
