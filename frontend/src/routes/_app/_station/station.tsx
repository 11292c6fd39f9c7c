import { createFileRoute } from "@tanstack/react-router";
import { stationSearch } from "@/features/station/search";
import { StationScreen } from "@/features/station/station-screen";

export const Route = createFileRoute("/_app/_station/station")({
  validateSearch: stationSearch,
  component: StationScreen,
});
