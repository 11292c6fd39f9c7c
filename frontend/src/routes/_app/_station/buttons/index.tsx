import { createFileRoute } from "@tanstack/react-router";
import { ButtonsScreen } from "@/features/buttons/buttons-screen";
import { buttonsSearch } from "@/features/buttons/search";

export const Route = createFileRoute("/_app/_station/buttons/")({ validateSearch: buttonsSearch, component: Buttons });

function Buttons() {
  return <ButtonsScreen search={Route.useSearch()} />;
}
