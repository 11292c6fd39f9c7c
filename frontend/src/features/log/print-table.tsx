import type { ReactNode } from "react";
import type { PressPublic } from "@/client";
import { PressTitle } from "@/components/press-status";
import { formatTimeWithZone } from "@/lib/format";
import { reasonOf, wordsOf } from "@/lib/press-reason";
import { typeName } from "@/lib/type-name";
import { logTexts } from "@/texts/log";
import { pressTexts } from "@/texts/presses";
import { receivedWords } from "./clocks";
import type { LogItem } from "./items";
import { whoOf } from "./log-row";
import { formatHeading, gapWords } from "./other-rows";

type Column = {
  heading: string;
  /** In percent of the sheet, with one clock and with both. */
  width: number;
  narrowWidth: number;
  textOf: (press: PressPublic, zone: string) => ReactNode;
};

const TIME: Column = {
  heading: logTexts.time,
  width: 16,
  narrowWidth: 14,
  textOf: (press, zone) => formatTimeWithZone(press.pressed_at, zone),
};
const RECEIVED: Column = { heading: logTexts.receivedAt, width: 15, narrowWidth: 15, textOf: receivedWords };
const OTHERS: readonly Column[] = [
  {
    heading: logTexts.button,
    width: 25,
    narrowWidth: 19,
    textOf: ({ status, button }) => <PressTitle status={status}>{button.title}</PressTitle>,
  },
  { heading: logTexts.type, width: 12, narrowWidth: 11, textOf: ({ button }) => typeName(button.type) },
  { heading: logTexts.deck, width: 10, narrowWidth: 9, textOf: ({ deck }) => deck?.name },
  { heading: logTexts.status, width: 11, narrowWidth: 10, textOf: statusOf },
  { heading: logTexts.note, width: 17, narrowWidth: 14, textOf: noteOf },
  { heading: logTexts.who, width: 9, narrowWidth: 8, textOf: (press) => whoOf(press)?.name },
];

// Said once for all cells: of those there are tens of thousands.
const CELLS = [
  "[&_:is(td,th)]:border-b [&_:is(td,th)]:py-1 [&_:is(td,th)]:pr-2 [&_:is(td,th)]:align-top [&_:is(td,th)]:break-words",
  "print:[&_:is(td,th)]:border-[#bbb] print:[&_:is(td,th)]:py-[1.5pt] print:[&_tr]:break-inside-avoid",
].join(" ");

/** The rows on paper, with a heading for each day; the head of the table comes again on each page. */
export function PrintTable({
  items,
  zone,
  hasBothClocks,
}: {
  items: readonly LogItem[];
  zone: string;
  hasBothClocks: boolean;
}) {
  const columns = hasBothClocks ? [{ ...TIME, heading: logTexts.pressedAt }, RECEIVED, ...OTHERS] : [TIME, ...OTHERS];
  return (
    <div className="overflow-x-auto print:overflow-visible">
      <table className={`w-full min-w-3xl table-fixed border-collapse text-left tabular-nums print:min-w-0 ${CELLS}`}>
        <colgroup>
          {columns.map(({ heading, width, narrowWidth }) => (
            <col key={heading} style={{ width: `${hasBothClocks ? narrowWidth : width}%` }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map(({ heading }) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{items.map((item) => rowOf(item, columns, zone))}</tbody>
      </table>
    </div>
  );
}

/** No component, as it is drawn once: of thousands each would cost more than what it draws. */
function rowOf(item: LogItem, columns: readonly Column[], zone: string): ReactNode {
  switch (item.kind) {
    case "day":
      return (
        <tr key={item.key} className="break-after-avoid">
          <th scope="colgroup" colSpan={columns.length} className="font-semibold [@media_screen]:pt-4!">
            {formatHeading(item.day)}
          </th>
        </tr>
      );
    case "gap":
      return (
        <tr key={item.key}>
          <td colSpan={columns.length} className="italic">
            {gapWords(item.gap, zone)}
          </td>
        </tr>
      );
    case "press":
      return (
        <tr key={item.key}>
          {columns.map(({ heading, textOf }) => (
            <td key={heading}>{textOf(item.press, zone)}</td>
          ))}
        </tr>
      );
  }
}

function statusOf({ status, channel }: PressPublic): ReactNode {
  const isByKey = channel === "get" || channel === "post";
  return (
    <>
      {pressTexts.status[status]}
      {!isByKey && <span className="text-muted-foreground"> ({pressTexts.channel[channel].toLowerCase()})</span>}
    </>
  );
}

function noteOf(press: PressPublic): string {
  const words = [reasonOf(press), ...wordsOf(press)].filter((each) => each !== null);
  return [...new Set(words)].join(" · ");
}
