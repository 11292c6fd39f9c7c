import type { QueryClient } from "@tanstack/react-query";
import { chosenStation, stationsQuery } from "@/lib/station";
import { buttonsQuery } from "./queries/list-buttons";
import { buttonQuery } from "./queries/read-button";
import { usageQuery } from "./queries/read-usage";
import { type ButtonsSearch, listingOf } from "./search";

type Search = { station?: string | undefined };

/** Where the station cannot be found out, the screen says why. */
async function stationIdOf(queryClient: QueryClient, { station }: Search): Promise<string | undefined> {
  const stations = await queryClient.ensureQueryData(stationsQuery()).catch(() => []);
  return chosenStation(stations, station)?.id;
}

/** Asks for the list while the screen's own code is still on its way, and when a link to it is pointed at. */
export async function prefetchButtons(queryClient: QueryClient, search: ButtonsSearch & Search): Promise<void> {
  const stationId = await stationIdOf(queryClient, search);
  if (stationId) await queryClient.prefetchQuery(buttonsQuery(stationId, listingOf(search)));
}

/** The same for one button. */
export async function prefetchButton(queryClient: QueryClient, buttonId: string, search: Search): Promise<void> {
  const stationId = await stationIdOf(queryClient, search);
  if (!stationId) return;
  await Promise.all([
    queryClient.prefetchQuery(buttonQuery(stationId, buttonId)),
    queryClient.prefetchQuery(usageQuery(stationId, buttonId)),
  ]);
}
