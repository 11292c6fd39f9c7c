import { queryOptions } from "@tanstack/react-query";
import { type ButtonPublic, buttonsReadButton } from "@/client";
import { stationKey } from "@/lib/station";

// The live stream is quicker; this is for networks in which a proxy holds it back.
const LOOK_EVERY_MS = 4_000;

/** A button that was just made, until its first press has come. */
export const watchedKeyQuery = (made: ButtonPublic) =>
  queryOptions({
    queryKey: [...stationKey(made.station_id), "buttons", made.id, "watched"],
    queryFn: () => buttonsReadButton({ path: { button_id: made.id }, query: { station_id: made.station_id } }),
    initialData: made,
    refetchInterval: LOOK_EVERY_MS,
  });
