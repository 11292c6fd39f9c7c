import { hashKey, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { logKey } from "./queries/keys";
import type { LogData } from "./queries/list-presses";

type Change = (shown: LogData) => LogData;

/**
 * Changes the log that is shown, by what the stream told. An answer that is on its way meanwhile may be of before, and
 * replaces all rows, also where it only adds a page: so what was changed since it was asked for is changed in it again.
 */
export function useChanges(queryKey: ReturnType<typeof logKey>): (change: Change) => void {
  const queryClient = useQueryClient();
  const sinceAsked = useRef<Change[]>([]);
  const queryHash = hashKey(queryKey);

  useEffect(() => {
    sinceAsked.current = [];
    return queryClient.getQueryCache().subscribe((event) => {
      if (event.type !== "updated" || event.query.queryHash !== queryHash) return;
      const { action, query } = event;
      if (action.type === "fetch") sinceAsked.current = [];
      if (action.type !== "success" || action.manual || sinceAsked.current.length === 0) return;
      const changes = sinceAsked.current;
      sinceAsked.current = [];
      // In the same turn, so that the answer is never drawn without them.
      queryClient.setQueryData<LogData>(
        query.queryKey,
        (answer) => answer && changes.reduce((data, change) => change(data), answer),
      );
    });
  }, [queryClient, queryHash]);

  return (change) => {
    if (queryClient.getQueryState(queryKey)?.fetchStatus === "fetching") sinceAsked.current.push(change);
    queryClient.setQueryData<LogData>(queryKey, (shown) => shown && change(shown));
  };
}
