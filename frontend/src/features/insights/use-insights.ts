import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";
import { useNow } from "@/hooks/use-now";
import { dayOf } from "@/lib/format";
import { useStation } from "@/lib/station";
import type { InsightsSearch } from "./search";

const route = getRouteApi("/_app/_station/insights");

/** Changes some of what the address says, and keeps the rest. */
type Patch = (changes: Partial<InsightsSearch>, options?: { replace?: boolean }) => void;

/** The station, the time, its day, what the address says, and how to change that. */
export function useInsights() {
  const station = useStation();
  const now = useNow();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const patch: Patch = useCallback(
    (changes, { replace = false } = {}) =>
      void navigate({ search: (before) => ({ ...before, ...changes }), replace, resetScroll: false }),
    [navigate],
  );
  return { station, now, today: dayOf(now, station.zone), search, patch };
}
