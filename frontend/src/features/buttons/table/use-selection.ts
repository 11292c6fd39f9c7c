import type { RowSelectionState, Updater } from "@tanstack/react-table";
import { useCallback, useMemo, useState } from "react";
import type { ButtonPublic } from "@/client";

/** Which buttons are selected, across pages: what is not on this page any more is remembered as it was. */
export function useSelection(shown: readonly ButtonPublic[]) {
  const [selected, setSelected] = useState<ReadonlyMap<string, ButtonPublic>>(new Map());
  const rowSelection = useMemo<RowSelectionState>(
    () => Object.fromEntries([...selected.keys()].map((id) => [id, true as const])),
    [selected],
  );

  const change = useCallback(
    (updater: Updater<RowSelectionState>) =>
      setSelected((before) => {
        const old: RowSelectionState = Object.fromEntries([...before.keys()].map((id) => [id, true as const]));
        const ids = Object.keys(typeof updater === "function" ? updater(old) : updater);
        return new Map(
          ids.flatMap((id) => {
            const button = shown.find((one) => one.id === id) ?? before.get(id);
            return button ? [[id, button] as const] : [];
          }),
        );
      }),
    [shown],
  );

  // As they are now, where this page shows them: what retires or takes back must go by that.
  const buttons = [...selected.values()].map((button) => shown.find(({ id }) => id === button.id) ?? button);
  return { buttons, rowSelection, change, clear: useCallback(() => setSelected(new Map()), []) };
}

export type Selection = ReturnType<typeof useSelection>;
