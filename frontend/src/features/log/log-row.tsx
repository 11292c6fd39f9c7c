import { Ban, Clock, MessageSquarePlus, RotateCcw, TriangleAlert } from "lucide-react";
import { type MouseEvent, memo, useState } from "react";
import type { CorrectionKind, PressPublic } from "@/client";
import { PressStatusBadge, PressTitle } from "@/components/press-status";
import { TypeDot } from "@/components/type-dot";
import { Button } from "@/components/ui/button";
import { cn } from "@/lib/cn";
import { formatTimeWithZone } from "@/lib/format";
import { reasonOf, wordsOf } from "@/lib/press-reason";
import { logTexts } from "@/texts/log";
import { pressTexts } from "@/texts/presses";
import { delayOf, receivedWords } from "./clocks";
import type { Column, ColumnId } from "./columns";
import { statusCorrectionOf } from "./correction-actions";

export const CELL = "h-14 truncate border-b px-2 first:pl-3 md:h-10";

export type Correct = (press: PressPublic, kind: CorrectionKind) => void;

type Props = {
  press: PressPublic;
  zone: string;
  columns: readonly Column[];
  hasBothClocks: boolean;
  rowIndex: number;
  color: string | null;
  /** What the address of a press's detail begins with. */
  hrefToPress: string;
  onOpen: (pressId: string) => void;
  onCorrect: Correct | null;
};

/** A press as a row of the log; the whole of it opens the detail. */
export const LogRow = memo(function LogRow(props: Props) {
  const [isPointedAt, setPointedAt] = useState(false);
  return (
    // What may be done is drawn for the row under the mouse alone: a screenful of hidden buttons slows scrolling down.
    // By keyboard and on phones the same is in the detail, one Enter away.
    <tr
      aria-rowindex={props.rowIndex}
      data-press={props.press.id}
      onPointerEnter={() => setPointedAt(true)}
      onPointerLeave={() => setPointedAt(false)}
      className="relative hover:bg-muted has-[a:focus-visible]:bg-accent"
    >
      {props.columns.map(({ id }) => (
        <td key={id} className={cn(CELL, CLASSES[id])}>
          <CellContent id={id} isPointedAt={isPointedAt} {...props} />
        </td>
      ))}
    </tr>
  );
});

const CLASSES: Partial<Record<ColumnId, string>> = {
  time: "tabular-nums",
  received: "text-muted-foreground tabular-nums",
  status: "text-right md:text-left",
  channel: "text-muted-foreground",
  note: "text-muted-foreground",
  who: "text-muted-foreground",
  origin: "text-muted-foreground tabular-nums",
  actions: "text-right",
};

function CellContent({ id, isPointedAt, ...props }: Props & { id: ColumnId; isPointedAt: boolean }) {
  const { press, zone, onCorrect } = props;
  switch (id) {
    case "time":
      return <TimeCell press={press} zone={zone} />;
    case "received":
      return <ReceivedCell press={press} zone={zone} />;
    case "button":
      return <ButtonCell {...props} />;
    case "deck":
      return press.deck?.name;
    case "status":
      return <PressStatusBadge status={press.status} />;
    case "channel":
      return pressTexts.channel[press.channel];
    case "note":
      return <span title={saidOf(press)}>{saidOf(press)}</span>;
    case "who":
      return whoOf(press)?.name;
    case "origin":
      return press.origin;
    case "actions":
      return isPointedAt && onCorrect && <RowActions press={press} zone={zone} onCorrect={onCorrect} />;
  }
}

/** Why it does not count; else what was said last. */
const saidOf = (press: PressPublic): string => reasonOf(press) ?? wordsOf(press).at(-1) ?? "";

/** Who said something about it last, or entered it. */
export const whoOf = (press: PressPublic) => press.corrections.at(-1)?.created_by ?? press.recorded_by;

function ButtonCell({ press, zone, color, hasBothClocks, hrefToPress, onOpen }: Omit<Props, "columns">) {
  const rest = [press.deck?.name, saidOf(press)].filter(Boolean).join(" · ");
  return (
    <div className="flex items-center gap-2.5">
      <TypeDot type={press.button.type} color={color} />
      <div className="min-w-0">
        <PressLink press={press} hrefToPress={hrefToPress} onOpen={onOpen} />
        <p className="truncate text-xs text-muted-foreground tabular-nums md:hidden">
          {hasBothClocks && <ReceivedLine press={press} zone={zone} />}
          {hasBothClocks && rest && " · "}
          {rest}
        </p>
      </div>
    </div>
  );
}

function TimeCell({ press, zone }: { press: PressPublic; zone: string }) {
  return (
    <span className="inline-flex items-center gap-1">
      <time
        dateTime={press.pressed_at}
        className="text-xs text-pretty whitespace-normal md:text-sm md:whitespace-nowrap"
      >
        {formatTimeWithZone(press.pressed_at, zone)}
      </time>
      {press.is_clock_suspect && (
        <span role="img" aria-label={logTexts.clockSuspect} title={logTexts.clockSuspect} className="text-warning">
          <TriangleAlert className="size-3.5" aria-hidden="true" />
        </span>
      )}
    </span>
  );
}

/** When it was received, and how long after the press where there is room for that. */
function ReceivedCell({ press, zone }: { press: PressPublic; zone: string }) {
  const words = receivedWords(press, zone);
  const delay = delayOf(press);
  return (
    <span title={delay === null ? words : `${words}, ${logTexts.later(delay)}`}>
      <time dateTime={press.received_at}>{words}</time>
      {delay !== null && <span className="ml-2 text-xs max-xl:hidden">{logTexts.laterShort(delay)}</span>}
    </span>
  );
}

/** The same on a phone, where a sign stands for the word. */
function ReceivedLine({ press, zone }: { press: PressPublic; zone: string }) {
  return (
    <>
      <Clock className="mr-1 inline size-3 align-[-0.125em]" aria-hidden="true" />
      <span className="sr-only">{logTexts.receivedAt} </span>
      {receivedWords(press, zone)}
    </>
  );
}

/** A plain link, as a router's would cost more than all else of a row while one scrolls; a plain click stays on the page. */
function PressLink({ press, hrefToPress, onOpen }: Pick<Props, "press" | "hrefToPress" | "onOpen">) {
  const open = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onOpen(press.id);
  };
  return (
    <a
      href={hrefToPress + press.id}
      data-row-link={press.id}
      className="block scroll-mt-34 scroll-mb-24 truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:ring-2 focus-visible:after:ring-ring focus-visible:after:ring-inset"
      onClick={open}
    >
      <PressTitle status={press.status}>{press.button.title}</PressTitle>
    </a>
  );
}

function RowActions({ press, zone, onCorrect }: { press: PressPublic; zone: string; onCorrect: Correct }) {
  const kind = statusCorrectionOf(press);
  const about = (action: string) =>
    logTexts.rowAction(action, press.button.title, formatTimeWithZone(press.pressed_at, zone));
  const actions = [
    ...(kind === "void" ? [{ kind, label: logTexts.void, icon: Ban } as const] : []),
    ...(kind === "restore" ? [{ kind, label: logTexts.restore, icon: RotateCcw } as const] : []),
    { kind: "note", label: logTexts.addNote, icon: MessageSquarePlus } as const,
  ];
  return (
    <span className="relative z-10 inline-flex align-middle">
      {actions.map((action) => (
        <Button
          key={action.kind}
          variant="ghost"
          size="icon-sm"
          tabIndex={-1}
          aria-label={about(action.label)}
          title={action.label}
          onClick={() => onCorrect(press, action.kind)}
        >
          <action.icon aria-hidden="true" />
        </Button>
      ))}
    </span>
  );
}
