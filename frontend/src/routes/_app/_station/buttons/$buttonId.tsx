import { createFileRoute } from "@tanstack/react-router";
import { ButtonScreen } from "@/features/buttons/button-screen";

export const Route = createFileRoute("/_app/_station/buttons/$buttonId")({
  loaderDeps: ({ search: { station } }) => ({ station }),
  loader: ({ context: { queryClient }, params: { buttonId }, deps, cause }) =>
    void import("@/features/buttons/prefetch").then(
      ({ prefetchButton }) => prefetchButton(queryClient, buttonId, { ...deps, isPointedAt: cause === "preload" }),
      () => undefined,
    ),
  component: Button,
});

function Button() {
  const { buttonId } = Route.useParams();
  return <ButtonScreen key={buttonId} buttonId={buttonId} />;
}
