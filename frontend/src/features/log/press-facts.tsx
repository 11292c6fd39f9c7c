import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { PressPublic } from "@/client";
import { CopyButton } from "@/components/copy-button";
import { PressStatusBadge } from "@/components/press-status";
import { Badge } from "@/components/ui/badge";
import { formatDuration, formatMoment, formatNumber } from "@/lib/format";
import { typeName } from "@/lib/type-name";
import { logTexts } from "@/texts/log";
import { pressTexts } from "@/texts/presses";
import { delayOf, lengthOf } from "./clocks";

/** Everything of a press but what was said about it later. What is not known is left out. */
export function PressFacts({ press, zone }: { press: PressPublic; zone: string }) {
  const { button } = press;
  return (
    <>
      <Clocks press={press} zone={zone} />
      <Facts title={logTexts.record}>
        <Fact label={logTexts.recordedAs}>
          {press.recorded_status !== press.status && <PressStatusBadge status={press.recorded_status} />}
          {press.recorded_status === press.status && pressTexts.status[press.status]}
        </Fact>
        <Fact label={logTexts.deck}>{press.deck?.name ?? logTexts.noDeck}</Fact>
        <Fact label={logTexts.channel}>
          {pressTexts.channel[press.channel]}
          <p className="text-xs text-muted-foreground">{pressTexts.channelHint[press.channel]}</p>
        </Fact>
        <Fact label={logTexts.origin}>{press.origin}</Fact>
        <Fact label={logTexts.note}>{press.note}</Fact>
        <Fact label={logTexts.enteredBy}>{press.recorded_by?.name}</Fact>
        <Fact label={logTexts.number}>{formatNumber(press.seq)}</Fact>
        <Fact label={logTexts.id}>
          <span className="flex items-center gap-2">
            <span className="min-w-0 truncate font-mono text-xs">{press.id}</span>
            <CopyButton text={press.id} label={logTexts.copyId} />
          </span>
        </Fact>
      </Facts>
      <Facts title={logTexts.aired}>
        <Fact label={logTexts.button}>{button.title}</Fact>
        <Fact label={logTexts.type}>{typeName(button.type)}</Fact>
        <Fact label={logTexts.descriptionOf}>{button.description}</Fact>
        <Fact label={logTexts.source}>{button.source}</Fact>
        <Fact label={logTexts.duration}>{button.duration === null ? null : formatDuration(button.duration)}</Fact>
        <Fact label={logTexts.version}>{formatNumber(button.version)}</Fact>
      </Facts>
    </>
  );
}

/** When it was pressed and when it was received; and what the device's own clock said. */
function Clocks({ press, zone }: { press: PressPublic; zone: string }) {
  const delay = delayOf(press);
  return (
    <Facts title={logTexts.clocks}>
      <Fact label={logTexts.pressedAt}>
        {formatMoment(press.pressed_at, zone)}
        <p className="font-mono text-xs break-all text-muted-foreground">{press.pressed_at}</p>
      </Fact>
      <Fact label={logTexts.receivedAt}>
        {formatMoment(press.received_at, zone)}
        {delay !== null && <p className="text-xs text-muted-foreground">{logTexts.later(delay)}</p>}
      </Fact>
      <Fact label={logTexts.claimedAt}>{press.claimed_at && formatMoment(press.claimed_at, zone)}</Fact>
      <Fact label={logTexts.sentAt}>{press.sent_at && formatMoment(press.sent_at, zone)}</Fact>
      <Fact label={logTexts.offset}>
        {offsetWords(press)}
        {press.is_clock_suspect && (
          <Badge variant="warning" className="ml-2 whitespace-normal">
            <TriangleAlert aria-hidden="true" />
            {logTexts.clockSuspect}
          </Badge>
        )}
      </Fact>
    </Facts>
  );
}

/** The API's offset is the server's clock minus the device's: above zero, the device's is behind. */
function offsetWords({ clock_offset_ms: offset, claimed_at }: PressPublic): string {
  if (offset === null) return claimed_at === null ? logTexts.offsetUnknown : "–";
  if (offset === 0) return logTexts.offsetNone;
  return offset > 0 ? logTexts.offsetBehind(lengthOf(offset)) : logTexts.offsetAhead(lengthOf(-offset));
}

/** Reasons and later notes, in their order. */
export function Corrections({ press, zone }: { press: PressPublic; zone: string }) {
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-sm font-semibold">{logTexts.corrections}</h3>
      {press.corrections.length === 0 && <p className="text-sm text-muted-foreground">{logTexts.noCorrections}</p>}
      <ol className="flex flex-col gap-3">
        {press.corrections.map((correction) => (
          <li key={`${correction.seq} ${correction.created_at}`} className="border-l-2 pl-3 text-sm">
            <p className="font-medium">{pressTexts.correction[correction.kind]}</p>
            <p className="break-words whitespace-pre-wrap">{correction.text}</p>
            <p className="text-xs text-muted-foreground tabular-nums">
              {logTexts.byWhom(correction.created_by.name, formatMoment(correction.created_at, zone))}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Facts({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-sm font-semibold">{title}</h3>
      <dl className="grid grid-cols-[8rem_minmax(0,1fr)] gap-x-3 gap-y-2 text-sm tabular-nums">{children}</dl>
    </section>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  if (children === null || children === undefined || children === "") return null;
  return (
    <>
      <dt className="text-muted-foreground">{label}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
