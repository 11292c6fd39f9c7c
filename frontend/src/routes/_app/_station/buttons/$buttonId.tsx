import { createFileRoute } from "@tanstack/react-router";
import { ButtonScreen } from "@/features/buttons/button-screen";

export const Route = createFileRoute("/_app/_station/buttons/$buttonId")({ component: Button });

function Button() {
  const { buttonId } = Route.useParams();
  return <ButtonScreen key={buttonId} buttonId={buttonId} />;
}
