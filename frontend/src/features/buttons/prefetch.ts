import type { QueryClient } from "@tanstack/react-query";
import type { StationPublic } from "@/client";
import { fetchChart } from "@/components/charts/lazy-charts";
import { oldAddressesQuery } from "@/lib/old-addresses";
import { buttonQuery } from "@/lib/one-button";
import { canEdit, findStation } from "@/lib/station";
import { buttonsQuery } from "./queries/list-buttons";
import { pressKeysQuery } from "./queries/list-press-keys";
import { pressesOfButtonQuery } from "./queries/list-presses-of-button";
import { retirementsQuery } from "./queries/list-retirements";
import { versionsQuery } from "./queries/list-versions";
import { usageQuery } from "./queries/read-usage";
import { type ButtonsSearch, listingOf } from "./search";

type Search = { station?: string | undefined };

/** Asks for the list while the screen's own code is still on its way, and when a link to it is pointed at. */
export async function prefetchButtons(queryClient: QueryClient, search: ButtonsSearch & Search): Promise<void> {
  const station = await findStation(queryClient, search.station);
  if (station !== null) await queryClient.prefetchQuery(buttonsQuery(station.id, listingOf(search)));
}

/** The same for one button: where a link is only pointed at, what stands uppermost. */
export async function prefetchButton(
  queryClient: QueryClient,
  buttonId: string,
  { station: wanted, isPointedAt }: Search & { isPointedAt: boolean },
): Promise<void> {
  const station = await findStation(queryClient, wanted);
  if (station === null) return;
  const ask = [
    queryClient.prefetchQuery(buttonQuery(station.id, buttonId)),
    queryClient.prefetchQuery(usageQuery(station.id, buttonId)),
  ];
  if (!isPointedAt) {
    // Where that fails, the chart itself says so.
    fetchChart().catch(() => undefined);
    ask.push(...askForTheRest(queryClient, station, buttonId));
  }
  await Promise.all(ask);
}

function askForTheRest(queryClient: QueryClient, station: StationPublic, buttonId: string): Promise<void>[] {
  const rest = [
    queryClient.prefetchQuery(pressesOfButtonQuery(station.id, buttonId)),
    queryClient.prefetchQuery(versionsQuery(station.id, buttonId)),
    queryClient.prefetchQuery(retirementsQuery(station.id, buttonId)),
  ];
  if (canEdit(station)) {
    rest.push(
      queryClient.prefetchQuery(pressKeysQuery(station.id, buttonId, { isWithRevoked: false })),
      queryClient.prefetchQuery(oldAddressesQuery(station.id)),
    );
  }
  return rest;
}
