import { infiniteQueryOptions } from "@tanstack/react-query";
import { tokensListTokens } from "@/client";
import { stationKey } from "@/lib/station";
import { nextSkip } from "./paging";

const PAGE_SIZE = 50;

export const tokensKey = (stationId: string) => [...stationKey(stationId), "tokens"] as const;

/** The API tokens of a station, newest first: all for its owners, for others their own. */
export const tokensQuery = (stationId: string, { withRevoked }: { withRevoked: boolean }) =>
  infiniteQueryOptions({
    queryKey: [...tokensKey(stationId), { withRevoked }],
    queryFn: ({ pageParam }) =>
      tokensListTokens({
        query: { station_id: stationId, include_revoked: withRevoked, skip: pageParam, limit: PAGE_SIZE },
      }),
    initialPageParam: 0,
    getNextPageParam: nextSkip,
  });
