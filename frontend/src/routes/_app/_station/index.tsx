import { createFileRoute } from "@tanstack/react-router";
import { TodayScreen } from "@/features/today/today-screen";

export const Route = createFileRoute("/_app/_station/")({
  loaderDeps: ({ search: { station } }) => ({ station }),
  // Where it is only pointed at, nothing is asked: what it shows is old a moment later.
  loader: ({ context: { queryClient }, deps: { station }, cause }) =>
    cause === "preload"
      ? undefined
      : void import("@/features/today/prefetch").then(
          ({ prefetchToday }) => prefetchToday(queryClient, station),
          () => undefined,
        ),
  component: TodayScreen,
});
