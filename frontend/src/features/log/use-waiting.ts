import { useCallback, useRef, useState } from "react";
import type { PressPublic } from "@/client";

/** So many are remembered while they wait. */
const MOST_WAITING = 500;

/**
 * Presses that came in while somebody reads further down. They wait, so that nothing moves under the eyes; at the head
 * of the log they appear at once.
 */
export function useWaiting({
  add,
  restart,
}: {
  add: (presses: readonly PressPublic[]) => void;
  /** Called in place of `add` where too many have waited. */
  restart: () => void;
}) {
  const presses = useRef<PressPublic[]>([]);
  const isAtHead = useRef(true);
  const [count, setCount] = useState(0);

  const show = useCallback(() => {
    const shown = presses.current;
    presses.current = [];
    setCount(0);
    if (shown.length > MOST_WAITING) restart();
    else if (shown.length > 0) add(shown);
  }, [add, restart]);

  const receive = useCallback(
    (press: PressPublic) => {
      if (presses.current.length <= MOST_WAITING) presses.current.push(press);
      if (isAtHead.current) show();
      else setCount((count) => count + 1);
    },
    [show],
  );

  /** A press that still waits is shown later as it is by then. */
  const correct = useCallback((corrected: PressPublic) => {
    presses.current = presses.current.map((press) => (press.id === corrected.id ? corrected : press));
  }, []);

  const forget = useCallback(() => {
    presses.current = [];
    setCount(0);
  }, []);

  /** Said by what scrolls. */
  const setAtHead = useCallback(
    (value: boolean) => {
      isAtHead.current = value;
      if (value && presses.current.length > 0) show();
    },
    [show],
  );

  return { count, receive, correct, forget, setAtHead };
}
