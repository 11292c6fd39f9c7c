import type { QueryClient } from "@tanstack/react-query";
import type { ButtonPublic, ButtonsPublic } from "@/client";
import { buttonKey } from "@/lib/one-button";
import { buttonListsKey } from "./keys";
import type { ButtonListing } from "./list-buttons";

/** Whether a list that was asked for with these filters still holds a button that was retired, or taken back. */
function belongs(button: ButtonPublic, { state = "active" }: ButtonListing): boolean {
  return state === "all" || (state === "retired") === (button.retired_at !== null);
}

function changedList(list: ButtonsPublic, changed: ButtonPublic, listing: ButtonListing): ButtonsPublic {
  if (!list.data.some(({ id }) => id === changed.id)) return list;
  const data = list.data
    .map((button) => (button.id === changed.id ? changed : button))
    .filter((button) => belongs(button, listing));
  return { data, count: list.count - (list.data.length - data.length) };
}

/** Shows a button as it is going to be, wherever it is shown; the function that is returned takes that back. */
export async function showChanged(queryClient: QueryClient, changed: ButtonPublic): Promise<() => void> {
  const listsKey = buttonListsKey(changed.station_id);
  const oneKey = buttonKey(changed.station_id, changed.id);
  await queryClient.cancelQueries({ queryKey: listsKey });
  await queryClient.cancelQueries({ queryKey: oneKey, exact: true });
  const lists = queryClient.getQueriesData<ButtonsPublic>({ queryKey: listsKey });
  const one = queryClient.getQueryData<ButtonPublic>(oneKey);
  for (const [key, list] of lists) {
    if (list) queryClient.setQueryData(key, changedList(list, changed, key[key.length - 1] as ButtonListing));
  }
  if (one) queryClient.setQueryData(oneKey, changed);
  return () => {
    for (const [key, list] of lists) queryClient.setQueryData(key, list);
    if (one) queryClient.setQueryData(oneKey, one);
  };
}
