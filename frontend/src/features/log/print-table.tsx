import type { GapPublic, PressPublic } from "@/client";
import { PressTitle } from "@/components/press-status";
import { formatTimeWithZone } from "@/lib/format";
import { reasonOf, wordsOf } from "@/lib/press-reason";
import { typeName } from "@/lib/type-name";
import { logTexts } from "@/texts/log";
import { pressTexts } from "@/texts/presses";
import type { LogItem } from "./items";
import { whoOf } from "./log-row";
import { formatHeading, gapWords } from "./other-rows";

const HEADINGS = [
  logTexts.time,
  logTexts.button,
  logTexts.type,
  logTexts.deck,
  logTexts.status,
  logTexts.note,
  logTexts.who,
] as const;
const WIDTHS = ["w-[16%]", "w-[25%]", "w-[12%]", "w-[10%]", "w-[11%]", "w-[17%]", "w-[9%]"];
const CELL = "border-b py-1 pr-2 align-top break-words print:border-[#bbb] print:py-[1.5pt]";

/** The rows on paper, with a heading for each day; the head of the table comes again on each page. */
export function PrintTable({ items, zone }: { items: readonly LogItem[]; zone: string }) {
  return (
    <div className="overflow-x-auto print:overflow-visible">
      <table className="w-full min-w-3xl table-fixed border-collapse text-left print:min-w-0 print:[&_tr]:break-inside-avoid">
        <colgroup>
          {WIDTHS.map((width, column) => (
            <col key={HEADINGS[column]} className={width} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {HEADINGS.map((heading) => (
              <th key={heading} scope="col" className={CELL}>
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => {
            if (item.kind === "day") return <DayHeading key={item.key} day={item.day} />;
            if (item.kind === "gap") return <Gap key={item.key} gap={item.gap} zone={zone} />;
            return <Press key={item.key} press={item.press} zone={zone} />;
          })}
        </tbody>
      </table>
    </div>
  );
}

function Press({ press, zone }: { press: PressPublic; zone: string }) {
  const words = [reasonOf(press), ...wordsOf(press)].filter((each) => each !== null);
  return (
    <tr>
      <td className={`${CELL} whitespace-nowrap tabular-nums`}>{formatTimeWithZone(press.pressed_at, zone)}</td>
      <td className={CELL}>
        <PressTitle status={press.status}>{press.button.title}</PressTitle>
      </td>
      <td className={CELL}>{typeName(press.button.type)}</td>
      <td className={CELL}>{press.deck?.name}</td>
      <td className={CELL}>
        {pressTexts.status[press.status]}
        {press.channel !== "get" && press.channel !== "post" && (
          <span className="text-muted-foreground"> ({pressTexts.channel[press.channel].toLowerCase()})</span>
        )}
      </td>
      <td className={CELL}>{[...new Set(words)].join(" · ")}</td>
      <td className={CELL}>{whoOf(press)?.name}</td>
    </tr>
  );
}

function DayHeading({ day }: { day: string }) {
  return (
    <tr className="break-after-avoid">
      <th scope="colgroup" colSpan={HEADINGS.length} className={`${CELL} pt-4 font-semibold`}>
        {formatHeading(day)}
      </th>
    </tr>
  );
}

function Gap({ gap, zone }: { gap: GapPublic; zone: string }) {
  return (
    <tr>
      <td colSpan={HEADINGS.length} className={`${CELL} italic`}>
        {gapWords(gap, zone)}
      </td>
    </tr>
  );
}
