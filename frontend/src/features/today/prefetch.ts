import type { QueryClient } from "@tanstack/react-query";
import { decksQuery } from "@/lib/decks";
import { dayOf } from "@/lib/format";
import { oldAddressesQuery } from "@/lib/old-addresses";
import { canEdit, findStation } from "@/lib/station";
import { endingButtonsQuery } from "./queries/list-ending-buttons";
import { gapsQuery } from "./queries/list-gaps";
import { latestPressesQuery } from "./queries/list-latest-presses";
import { unusedQuery } from "./queries/list-unused";
import { hoursBeforeQuery, hoursQuery } from "./queries/read-hours";
import { summaryQuery } from "./queries/read-summary";

/** Asks for what the screen shows while its own code is still on its way: what is looked at first comes first. */
export async function prefetchToday(queryClient: QueryClient, wanted: string | undefined): Promise<void> {
  const station = await findStation(queryClient, wanted);
  if (station === null) return;
  const { id, zone } = station;
  const day = dayOf(new Date(), zone);
  await Promise.all([
    queryClient.prefetchQuery(latestPressesQuery(id)),
    queryClient.prefetchQuery(summaryQuery(id, day)),
    queryClient.prefetchQuery(hoursQuery(id, day)),
    queryClient.prefetchQuery(hoursBeforeQuery(id, day)),
    queryClient.prefetchQuery(decksQuery(id)),
    queryClient.prefetchQuery(gapsQuery(id, { day, zone })),
    queryClient.prefetchQuery(unusedQuery(id)),
    queryClient.prefetchQuery(endingButtonsQuery(id)),
    ...(canEdit(station) ? [queryClient.prefetchQuery(oldAddressesQuery(id))] : []),
  ]);
}
