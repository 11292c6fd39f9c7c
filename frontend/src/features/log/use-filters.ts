import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { filtersOf, type LogFilters, NO_FILTERS } from "./search";

/** The filters of the address, and how they are changed: other filters are another view of the log, from its head. */
export function useFilters() {
  const search = useSearch({ from: "/_app/_station/log" });
  const navigate = useNavigate({ from: "/log" });
  const known = JSON.stringify(filtersOf(search));
  // The same object as long as it says the same: what is asked for hangs on it.
  const filters = useMemo(() => JSON.parse(known) as LogFilters, [known]);

  const setFilters = useCallback(
    (changed: Partial<LogFilters>, { replace = false }: { replace?: boolean } = {}) => {
      void navigate({ search: (before) => ({ ...before, ...changed }), replace });
    },
    [navigate],
  );
  const clear = useCallback(() => setFilters(NO_FILTERS), [setFilters]);
  return { filters, setFilters, clear };
}
