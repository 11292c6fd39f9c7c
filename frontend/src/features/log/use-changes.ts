import { hashKey, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { withPress } from "./queries/cached-presses";
import { shownInAdvance } from "./queries/corrected";
import type { logKey } from "./queries/keys";
import type { LogData } from "./queries/list-presses";

type Change = (shown: LogData) => LogData;

export type Changes = {
  /** Changes what is shown, as the stream told it. */
  change: (change: Change) => void;
  /** Puts what is fetched apart from the query in place of what is shown. */
  replace: (asked: Promise<LogData>) => Promise<void>;
};

/**
 * Changes to the log that is shown. An answer that is on its way meanwhile may be of before, and replaces all rows, also
 * where it only adds a page: so what was changed since it was asked for is changed in it again, and so is what the server
 * has not answered yet.
 */
export function useChanges(queryKey: ReturnType<typeof logKey>): Changes {
  const queryClient = useQueryClient();
  const sinceAsked = useRef<Change[]>([]);
  const sinceReplacing = useRef(new Set<Change[]>());
  const queryHash = hashKey(queryKey);

  useEffect(() => {
    sinceAsked.current = [];
    return queryClient.getQueryCache().subscribe((event) => {
      if (event.type !== "updated" || event.query.queryHash !== queryHash) return;
      const { action, query } = event;
      if (action.type === "fetch") sinceAsked.current = [];
      if (action.type !== "success" || action.manual) return;
      const changes = [...sinceAsked.current, ...changesInAdvance(queryClient)];
      sinceAsked.current = [];
      if (changes.length === 0) return;
      // In the same turn, so that the answer is never drawn without them.
      queryClient.setQueryData<LogData>(query.queryKey, (answer) => answer && changed(answer, changes));
    });
  }, [queryClient, queryHash]);

  const change = (made: Change) => {
    const fetchStatus = queryClient.getQueryState(queryKey)?.fetchStatus ?? "idle";
    if (fetchStatus !== "idle") sinceAsked.current.push(made);
    for (const changes of sinceReplacing.current) changes.push(made);
    queryClient.setQueryData<LogData>(queryKey, (shown) => shown && made(shown));
  };

  const replace = async (asked: Promise<LogData>) => {
    const changes: Change[] = [];
    sinceReplacing.current.add(changes);
    try {
      const answer = await asked;
      // A page that is on its way belongs to what is replaced.
      await queryClient.cancelQueries({ queryKey, exact: true });
      const isOld = queryClient.getQueryState(queryKey)?.isInvalidated === true;
      queryClient.setQueryData<LogData>(queryKey, changed(answer, [...changes, ...changesInAdvance(queryClient)]));
      // What makes everything old came while this was asked for: then this is old as well.
      if (isOld) void queryClient.invalidateQueries({ queryKey, exact: true });
    } finally {
      sinceReplacing.current.delete(changes);
    }
  };

  return { change, replace };
}

const changesInAdvance = (queryClient: QueryClient): Change[] =>
  shownInAdvance(queryClient).map((press) => (log) => withPress(log, press));

const changed = (answer: LogData, changes: readonly Change[]): LogData =>
  changes.reduce((data, change) => change(data), answer);
