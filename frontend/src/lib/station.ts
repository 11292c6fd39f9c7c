import { type QueryClient, queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { type StationPublic, stationsListStations } from "@/client";

const LAST_STATION_KEY = "station";

/** The stations that the user is a member of. */
export const stationsQuery = () =>
  queryOptions({ queryKey: ["stations"], queryFn: async () => (await stationsListStations()).data, staleTime: 60_000 });

/**
 * What the keys of all queries about one station begin with: whoever changes something in it makes old what it changes,
 * for example `[...stationKey(id), "buttons"]`.
 */
export const stationKey = (stationId: string) => ["station", stationId] as const;

/** The station that was last looked at in this browser. */
function lastStationId(): string | null {
  try {
    return localStorage.getItem(LAST_STATION_KEY);
  } catch {
    return null;
  }
}

/** Remembers the station for the next visit. */
export function rememberStation(stationId: string): void {
  try {
    localStorage.setItem(LAST_STATION_KEY, stationId);
  } catch {
    // Then the next visit begins with the first station.
  }
}

/** The station that a link names, else the one that was last looked at, else the first. Null where there is none. */
export function chosenStation(stations: readonly StationPublic[], wanted: string | undefined): StationPublic | null {
  const byId = (id: string | null | undefined) => stations.find((station) => station.id === id);
  return byId(wanted) ?? byId(lastStationId()) ?? stations[0] ?? null;
}

/**
 * The station that will be shown, for what is asked while a screen's own code is still on its way. Null where there is
 * none, and where it cannot be found out: the screen says why.
 */
export async function findStation(queryClient: QueryClient, wanted: string | undefined): Promise<StationPublic | null> {
  const stations = await queryClient.ensureQueryData(stationsQuery()).catch(() => []);
  return chosenStation(stations, wanted);
}

/** The station that is shown, or null for a user without one. */
export function useMaybeStation(): StationPublic | null {
  const { data } = useSuspenseQuery(stationsQuery());
  const { station } = useSearch({ strict: false });
  return chosenStation(data, station);
}

/** The station that is shown; only below the routes that demand one. */
export function useStation(): StationPublic {
  const current = useMaybeStation();
  // A membership may end while its screen is shown. A part that is drawn anew before the frame has taken it away still
  // has the station that it began with.
  const [first] = useState(current);
  const station = current ?? first;
  if (station === null) throw new Error("This needs a station.");
  return station;
}

/** Whether the user may change buttons, presses and decks of the station. */
export const canEdit = (station: StationPublic): boolean => station.role !== "viewer";

/** Whether the user may change the station itself and who is a member. */
export const isOwner = (station: StationPublic): boolean => station.role === "owner";
