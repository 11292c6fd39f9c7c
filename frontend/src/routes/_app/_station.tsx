import { createFileRoute, Outlet } from "@tanstack/react-router";
import { NoStationScreen } from "@/components/shell/screens";
import { useMaybeStation } from "@/lib/station";

export const Route = createFileRoute("/_app/_station")({ component: StationScreens });

/** What is about one station. */
function StationScreens() {
  const station = useMaybeStation();
  return station === null ? <NoStationScreen /> : <Outlet key={station.id} />;
}
