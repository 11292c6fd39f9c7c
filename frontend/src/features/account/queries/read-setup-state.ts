import { queryOptions } from "@tanstack/react-query";
import { setupReadSetupState } from "@/client";

/** Whether this server still waits for its first account, and whether anybody may make one for themselves. */
export const setupStateQuery = () =>
  queryOptions({ queryKey: ["setup-state"], queryFn: () => setupReadSetupState(), staleTime: 0 });
