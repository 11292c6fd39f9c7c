import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ButtonName, buttonsRetireButton, type UnusedPublic } from "@/client";
import { stationKey } from "@/lib/station";
import { unusedKey } from "./keys";

type Change = { button: ButtonName; retire: boolean };

function without(list: UnusedPublic, buttonId: string): UnusedPublic {
  const data = list.data.filter(({ button }) => button.id !== buttonId);
  return { ...list, data, count: list.count - (list.data.length - data.length) };
}

/** Retires a button that nobody uses, or takes it back. It leaves the list at once, and returns where that is refused. */
export function useRetireUnused(stationId: string, { onDone }: { onDone: (change: Change) => void }) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ button, retire }: Change) =>
      buttonsRetireButton({ path: { button_id: button.id }, query: { station_id: stationId }, body: { retire } }),
    onMutate: async ({ button, retire }) => {
      const queryKey = unusedKey(stationId);
      await queryClient.cancelQueries({ queryKey });
      const lists = queryClient.getQueriesData<UnusedPublic>({ queryKey });
      for (const [key, list] of lists) if (list && retire) queryClient.setQueryData(key, without(list, button.id));
      return lists;
    },
    onError: (_error, _change, lists) => {
      for (const [key, list] of lists ?? []) queryClient.setQueryData(key, list);
    },
    onSuccess: (_button, change) => onDone(change),
    onSettled: () => void queryClient.invalidateQueries({ queryKey: stationKey(stationId) }),
  });
}
