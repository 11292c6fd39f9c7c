import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type StationPublic, type StationUpdate, stationsUpdateStation } from "@/client";
import { stationKey, stationsQuery } from "@/lib/station";

/** Changes the station. Another zone cuts its days anew, so that everything about it is fetched again. */
export function useUpdateStation(stationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: StationUpdate) => stationsUpdateStation({ path: { station_id: stationId }, body }),
    onSuccess: (updated: StationPublic) => {
      const { queryKey } = stationsQuery();
      queryClient.setQueryData(queryKey, (stations) =>
        stations?.map((station) => (station.id === updated.id ? updated : station)),
      );
      // A list that is on its way may be of before.
      void queryClient.invalidateQueries({ queryKey });
      void queryClient.invalidateQueries({ queryKey: stationKey(stationId) });
    },
    meta: { showsItsErrors: true },
  });
}
