import type { QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";
import { CrashedScreen, NotFoundScreen, PendingScreen } from "@/components/shell/screens";
import { basePath } from "@/lib/base-path";
import { watchNavigation } from "@/lib/route-focus";
import { routeTree } from "./routeTree.gen";

export function createAppRouter(queryClient: QueryClient) {
  const router = createRouter({
    routeTree,
    basepath: basePath || "/",
    context: { queryClient },
    defaultPreload: "intent",
    // Whether what was preloaded is still fresh is the query client's to say.
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultPendingMs: 300,
    defaultPendingMinMs: 0,
    defaultPendingComponent: PendingScreen,
    defaultErrorComponent: CrashedScreen,
    defaultNotFoundComponent: NotFoundScreen,
  });
  watchNavigation(router);
  return router;
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
  interface HistoryState {
    /** Where somebody wanted to go before they had to log in. */
    from?: string;
  }
}
