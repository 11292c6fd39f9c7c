import type { PressPublic, PressStatus } from "@/client";
import { formatNumber } from "@/lib/format";
import { logTexts } from "@/texts/log";
import { pressTexts } from "@/texts/presses";
import { STATUSES } from "./search";

export type Totals = { all: number; byStatus: { status: PressStatus; count: number }[] };

/** How many presses there are of each status, without those of which there are none. */
export function totalsOf(presses: readonly PressPublic[]): Totals {
  const counts = new Map<PressStatus, number>();
  for (const { status } of presses) counts.set(status, (counts.get(status) ?? 0) + 1);
  const byStatus = STATUSES.flatMap((status) => {
    const count = counts.get(status);
    return count === undefined ? [] : [{ status, count }];
  });
  return { all: presses.length, byStatus };
}

/** "12 presses: 10 counted · 2 void" */
export function TotalsLine({ totals, className }: { totals: Totals; className?: string }) {
  const all = totals.all === 1 ? logTexts.totalOne : logTexts.total(formatNumber(totals.all));
  return (
    <ul aria-label={logTexts.totals} className={className}>
      <li className="inline font-medium">{all}</li>
      {totals.byStatus.map(({ status, count }) => (
        <li key={status} className="inline">
          {" · "}
          {formatNumber(count)} {pressTexts.status[status].toLowerCase()}
        </li>
      ))}
    </ul>
  );
}
