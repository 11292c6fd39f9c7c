import { useMemo } from "react";
import { useMediaQuery } from "@/hooks/use-media-query";
import { logTexts } from "@/texts/log";

export type ColumnId =
  | "time"
  | "received"
  | "button"
  | "deck"
  | "status"
  | "channel"
  | "note"
  | "who"
  | "origin"
  | "actions";

export type Column = { id: ColumnId; label: string; width: string; fromRem: number };

/** The columns in their order, and how wide the screen must be for each. The rest of the width is the titles' and notes'. */
const COLUMNS: readonly Column[] = [
  { id: "time", label: logTexts.time, width: "w-25 md:w-36", fromRem: 0 },
  { id: "received", label: logTexts.receivedAt, width: "w-36 xl:w-52", fromRem: 48 },
  { id: "button", label: logTexts.button, width: "", fromRem: 0 },
  { id: "deck", label: logTexts.deck, width: "w-28", fromRem: 64 },
  { id: "status", label: logTexts.status, width: "w-31 md:w-32", fromRem: 0 },
  { id: "channel", label: logTexts.channel, width: "w-26", fromRem: 80 },
  { id: "note", label: logTexts.note, width: "", fromRem: 48 },
  { id: "who", label: logTexts.who, width: "w-30", fromRem: 90 },
  { id: "origin", label: logTexts.origin, width: "w-34", fromRem: 96 },
];

const ACTIONS: Column = { id: "actions", label: logTexts.actions, width: "w-20", fromRem: 48 };

const STEPS = [0, 48, 64, 80, 90, 96];

/**
 * The columns that there is room for; the other clock takes the room of one. Only these are drawn: a cell across all
 * columns must know how many there are, and what is not drawn costs nothing while one scrolls.
 */
export function useColumns({
  hasActions,
  hasBothClocks,
}: {
  hasActions: boolean;
  hasBothClocks: boolean;
}): readonly Column[] {
  const is48 = useMediaQuery("(width >= 48rem)");
  const is64 = useMediaQuery("(width >= 64rem)");
  const is80 = useMediaQuery("(width >= 80rem)");
  const is90 = useMediaQuery("(width >= 90rem)");
  const is96 = useMediaQuery("(width >= 96rem)");
  const step = [is48, is64, is80, is90, is96].filter(Boolean).length;
  return useMemo(() => {
    const wanted = hasActions ? [...COLUMNS, ACTIONS] : COLUMNS;
    return hasBothClocks ? withBothClocks(wanted, step) : withOneClock(wanted, step);
  }, [hasActions, hasBothClocks, step]);
}

const hasRoom = ({ fromRem }: Column, step: number): boolean => fromRem <= (STEPS[step] ?? 0);

const withOneClock = (columns: readonly Column[], step: number): Column[] =>
  columns.filter((column) => column.id !== "received" && hasRoom(column, step));

function withBothClocks(columns: readonly Column[], step: number): Column[] {
  const named = columns.map((column) => (column.id === "time" ? { ...column, label: logTexts.pressedAt } : column));
  const isKept = ({ id }: Column) => id === "received" || id === "actions";
  return named.filter((column) => hasRoom(column, isKept(column) ? step : Math.max(0, step - 1)));
}
