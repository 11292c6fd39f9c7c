import { createFileRoute } from "@tanstack/react-router";
import { ButtonsScreen } from "@/features/buttons/buttons-screen";
import { buttonsSearch } from "@/features/buttons/search";

export const Route = createFileRoute("/_app/_station/buttons/")({
  validateSearch: buttonsSearch,
  loaderDeps: ({ search }) => search,
  // Not waited for: the frame stands at once, and the list shows where it will be.
  loader: ({ context: { queryClient }, deps }) =>
    // What could not be fetched ahead is fetched by the screen, which says so where it fails.
    void import("@/features/buttons/prefetch").then(
      ({ prefetchButtons }) => prefetchButtons(queryClient, deps),
      () => undefined,
    ),
  component: Buttons,
});

function Buttons() {
  return <ButtonsScreen search={Route.useSearch()} />;
}
