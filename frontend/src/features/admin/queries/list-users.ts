import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { usersListUsers } from "@/client";
import { usersKey } from "./keys";

/** One page of the accounts, the newest first. */
export const usersQuery = ({ q, page, size }: { q: string; page: number; size: number }) =>
  queryOptions({
    queryKey: [...usersKey, { q, page, size }] as const,
    queryFn: ({ signal }) =>
      usersListUsers({
        query: { order: "newest", skip: (page - 1) * size, limit: size, ...(q !== "" && { q }) },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
