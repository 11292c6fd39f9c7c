import { queryOptions } from "@tanstack/react-query";
import { instanceReadInstanceHealth } from "@/client";
import { instanceKey } from "./keys";

const INTERVAL_MS = 10_000;

/** How the instance is, asked for again while it is looked at. */
export const healthQuery = () =>
  queryOptions({
    queryKey: [...instanceKey, "health"] as const,
    queryFn: ({ signal }) => instanceReadInstanceHealth({ signal }),
    refetchInterval: INTERVAL_MS,
    staleTime: INTERVAL_MS / 2,
  });
