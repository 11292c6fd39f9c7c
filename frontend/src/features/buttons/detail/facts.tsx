import type { ReactNode } from "react";
import type { ButtonPublic } from "@/client";
import { Card, CardTitle } from "@/components/ui/card";
import { formatDate, formatDay, formatDuration, formatNumber } from "@/lib/format";
import { useStation } from "@/lib/station";
import { buttonFormTexts, buttonTexts } from "@/texts/buttons";

/** What the button says, as far as its title does not. */
export function Facts({ button }: { button: ButtonPublic }) {
  const { zone } = useStation();
  const { starts_on, ends_on, dedup_window_ms } = button;
  const dedup =
    dedup_window_ms === 0
      ? buttonTexts.dedupOff
      : buttonTexts.dedupOf(
          buttonFormTexts.seconds(formatNumber(dedup_window_ms / 1000)),
          button.dedup_window_is_default,
        );
  return (
    <Card>
      <CardTitle>{buttonTexts.facts}</CardTitle>
      {button.description !== null && <p className="text-sm break-words whitespace-pre-line">{button.description}</p>}
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-2 text-sm">
        {button.duration !== null && <Fact label={buttonTexts.duration}>{formatDuration(button.duration)}</Fact>}
        {button.source !== null && <Fact label={buttonTexts.source}>{button.source}</Fact>}
        {(starts_on !== null || ends_on !== null) && (
          <Fact label={buttonTexts.inUse}>
            {buttonTexts.life(starts_on && formatDate(starts_on), ends_on && formatDate(ends_on))}
          </Fact>
        )}
        <Fact label={buttonTexts.dedup}>{dedup}</Fact>
        <Fact label={buttonTexts.created}>{formatDay(button.created_at, zone)}</Fact>
      </dl>
    </Card>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted-foreground">{label}</dt>
      <dd className="break-words">{children}</dd>
    </>
  );
}
