import { createFileRoute } from "@tanstack/react-router";
import { ButtonsScreen } from "@/features/buttons/buttons-screen";

export const Route = createFileRoute("/_app/_station/buttons/")({ component: ButtonsScreen });
