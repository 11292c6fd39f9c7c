import { type InvalidateOptions, type InvalidateQueryFilters, MutationCache, QueryClient } from "@tanstack/react-query";
import { notify } from "./notify";
import { messageOf, Problem } from "./problem";

declare module "@tanstack/react-query" {
  interface Register {
    queryMeta: {
      /** Whether each press and each correction may change the answer, as they do counts. */
      followsPresses?: boolean;
      /** Whether the answer is to stay as it was at its moment, as a print does. */
      isOfItsMoment?: boolean;
    };
  }
}

const MAX_TRIES = 3;

/** Whether what failed may work if it is tried again: the network, a busy or restarting server, but no refusal. */
function isPassing(error: unknown): boolean {
  // Without any network the page says so at once, and not after all tries.
  if (error instanceof Problem && error.status === 0 && !navigator.onLine) return false;
  return !(error instanceof Problem) || error.status === 0 || error.status === 429 || error.status >= 500;
}

/**
 * Fetches anew also what was being fetched for the first time, for no screen yet, or without `cancelRefetch`, when it became
 * old: the answer may be of before, and the library takes it for new. Once, however often it became old meanwhile.
 */
class ThoroughQueryClient extends QueryClient {
  private readonly awaited = new WeakSet<Promise<unknown>>();

  override async invalidateQueries(filters: InvalidateQueryFilters = {}, options?: InvalidateOptions): Promise<void> {
    for (const query of this.getQueryCache().findAll({ ...filters, fetchStatus: "fetching" })) {
      const isCancelled = options?.cancelRefetch !== false && query.state.data !== undefined && query.isActive();
      const { promise } = query;
      if (isCancelled || promise === undefined || this.awaited.has(promise)) continue;
      this.awaited.add(promise);
      const again = () => super.invalidateQueries({ queryKey: query.queryKey, exact: true }, options);
      void promise.then(again, () => undefined);
    }
    await super.invalidateQueries(filters, options);
  }
}

export function createQueryClient(): QueryClient {
  return new ThoroughQueryClient({
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        // The login that is asked for over the screen says it already.
        if (error instanceof Problem && error.status === 401) return;
        // Forms show what is wrong where it is wrong, and say so by this mark.
        if (mutation.meta?.showsItsErrors !== true) notify.error(messageOf(error));
      },
    }),
    defaultOptions: {
      // Whether there is a network says nothing: the server may run on this machine. So it is asked in any case.
      mutations: { networkMode: "always" },
      queries: {
        networkMode: "always",
        staleTime: 30_000,
        retry: (count, error) => isPassing(error) && count < MAX_TRIES,
        retryDelay: (count, error) =>
          error instanceof Problem && error.retryAfterS !== null ? error.retryAfterS * 1000 : 500 * 2 ** count,
      },
    },
  });
}
