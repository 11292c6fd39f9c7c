import { infiniteQueryOptions } from "@tanstack/react-query";
import { usersListOwnSessions } from "@/client";
import { nextSkip } from "./paging";

const PAGE_SIZE = 50;

export const sessionsKey = ["sessions"] as const;

/** Where the user is logged in, newest first. */
export const sessionsQuery = () =>
  infiniteQueryOptions({
    queryKey: sessionsKey,
    queryFn: ({ pageParam }) => usersListOwnSessions({ query: { skip: pageParam, limit: PAGE_SIZE } }),
    initialPageParam: 0,
    getNextPageParam: nextSkip,
  });
