import { createFileRoute } from "@tanstack/react-router";
import { StationScreen } from "@/features/station/station-screen";

export const Route = createFileRoute("/_app/_station/station")({ component: StationScreen });
