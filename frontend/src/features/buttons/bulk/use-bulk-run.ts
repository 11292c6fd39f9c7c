import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { ButtonPublic } from "@/client";
import { messageOf } from "@/lib/problem";
import { stationKey } from "@/lib/station";
import { type BulkChange, type Changed, changeButton, takeBack } from "./change";

// Few enough that a key that is pressed meanwhile never waits for them.
const AT_ONCE = 3;

type Failure = { button: ButtonPublic; reason: string };

export type BulkRun = {
  phase: "running" | "done";
  isUndo: boolean;
  total: number;
  finished: number;
  changed: Changed[];
  unchanged: number;
  failures: Failure[];
  isStopped: boolean;
};

type Beginning = { isUndo: boolean; changed: readonly Changed[] };

const beginning = (total: number, { isUndo, changed }: Beginning): BulkRun => ({
  phase: "running",
  isUndo,
  total,
  finished: 0,
  changed: [...changed],
  unchanged: 0,
  failures: [],
  isStopped: false,
});

/** Does something to each of many buttons, a few at once, and remembers what changed, what failed and why. */
export function useBulkRun(stationId: string) {
  const queryClient = useQueryClient();
  const [run, setRun] = useState<BulkRun | null>(null);
  const isStopping = useRef(false);

  const each = async <Item>(
    items: readonly Item[],
    { buttonOf, work, ...how }: Beginning & { buttonOf: (item: Item) => ButtonPublic; work: Work<Item> },
  ) => {
    isStopping.current = false;
    setRun(beginning(items.length, how));
    const rest = [...items];
    const worker = async () => {
      for (let item = rest.shift(); item !== undefined && !isStopping.current; item = rest.shift()) {
        const step = await outcome(item, { button: buttonOf(item), work });
        setRun((before) => before && afterStep(before, step));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    setRun((before) => before && { ...before, phase: "done", isStopped: isStopping.current });
    void queryClient.invalidateQueries({ queryKey: stationKey(stationId) });
  };

  return {
    run,
    /** `changed` is what a try before this one did already, so that undoing takes that back too. */
    start: (buttons: readonly ButtonPublic[], change: BulkChange, { changed }: { changed: readonly Changed[] }) =>
      each(buttons, {
        isUndo: false,
        changed,
        buttonOf: (button) => button,
        work: (button) => changeButton(button.id, stationId, change),
      }),
    undo: (changed: readonly Changed[]) =>
      each(changed, {
        isUndo: true,
        changed: [],
        buttonOf: ({ before }) => before,
        work: async (one) => {
          await takeBack(one);
          return one;
        },
      }),
    stop: () => {
      isStopping.current = true;
    },
  };
}

type Work<Item> = (item: Item) => Promise<Changed | null>;
type Step = { changed: Changed | null } | { failure: Failure };

async function outcome<Item>(item: Item, { button, work }: { button: ButtonPublic; work: Work<Item> }): Promise<Step> {
  try {
    return { changed: await work(item) };
  } catch (error) {
    return { failure: { button, reason: messageOf(error) } };
  }
}

function afterStep(run: BulkRun, step: Step): BulkRun {
  const next = { ...run, finished: run.finished + 1 };
  if ("failure" in step) return { ...next, failures: [...run.failures, step.failure] };
  if (step.changed === null) return { ...next, unchanged: run.unchanged + 1 };
  return { ...next, changed: [...run.changed, step.changed] };
}
