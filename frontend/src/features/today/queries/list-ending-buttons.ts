import { queryOptions } from "@tanstack/react-query";
import { type ButtonPublic, buttonsListButtons } from "@/client";
import { stationKey } from "@/lib/station";

const PAGE = 200;

/** Active buttons that have a last day, the earliest first. */
export const endingButtonsQuery = (stationId: string) =>
  queryOptions({
    queryKey: [...stationKey(stationId), "buttons", "ending"],
    queryFn: async () => {
      const buttons = await readActive(stationId);
      return buttons
        .flatMap(({ id, title, ends_on }) => (ends_on === null ? [] : [{ id, title, endsOn: ends_on }]))
        .sort((one, other) => one.endsOn.localeCompare(other.endsOn));
    },
    staleTime: 600_000,
  });

/** The API has no order by last day, so all are read. */
async function readActive(stationId: string): Promise<ButtonPublic[]> {
  const buttons: ButtonPublic[] = [];
  for (;;) {
    const query = { station_id: stationId, state: "active", limit: PAGE, skip: buttons.length } as const;
    const { data, count } = await buttonsListButtons({ query });
    buttons.push(...data);
    if (data.length === 0 || buttons.length >= count) return buttons;
  }
}
