import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { instanceListInstanceStations } from "@/client";
import { instanceStationsKey } from "./keys";

/** One page of every station, by name. */
export const instanceStationsQuery = ({ page, size }: { page: number; size: number }) =>
  queryOptions({
    queryKey: [...instanceStationsKey, { page, size }] as const,
    queryFn: ({ signal }) => instanceListInstanceStations({ query: { skip: (page - 1) * size, limit: size }, signal }),
    placeholderData: keepPreviousData,
    // Names, members and presses change elsewhere, and what they are now is what one comes here for.
    staleTime: 0,
  });
