import { Archive } from "lucide-react";
import type { ButtonName, UnusedButton } from "@/client";
import { ButtonLabel } from "@/components/button-label";
import { Button } from "@/components/ui/button";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { formatAgo, formatDay, formatNumber } from "@/lib/format";
import { typeName } from "@/lib/type-name";
import { insightsTexts as texts } from "@/texts/insights";
import { useInsights } from "./use-insights";

/** `onRetire` is null for who may only look. The focus goes on to the next button, or to `onLastRetired`. */
export function UnusedTable({
  name,
  buttons,
  onRetire,
  onLastRetired,
}: {
  name: string;
  buttons: readonly UnusedButton[];
  onRetire: ((button: ButtonName) => void) | null;
  onLastRetired: () => void;
}) {
  const { station, now } = useInsights();
  const retire = (button: ButtonName, row: HTMLElement | null) => {
    const neighbour = row?.nextElementSibling ?? row?.previousElementSibling;
    const next = neighbour?.querySelector<HTMLElement>("button");
    if (next) next.focus();
    else onLastRetired();
    onRetire?.(button);
  };
  return (
    <Table aria-label={name} className="table-fixed">
      <TableHeader>
        <TableRow>
          <TableHead>{texts.button}</TableHead>
          <TableHead className="hidden w-40 md:table-cell">{texts.type}</TableHead>
          <TableHead className="hidden w-64 md:table-cell">{texts.lastUsed}</TableHead>
          <TableHead className="hidden w-28 text-right md:table-cell">{texts.uses}</TableHead>
          {onRetire && (
            <TableHead className="w-28">
              <span className="sr-only">{texts.retire}</span>
            </TableHead>
          )}
        </TableRow>
      </TableHeader>
      <TableBody>
        {buttons.map((unused) => (
          <TableRow key={unused.button.id} className="h-12">
            <TableCell>
              <ButtonLabel button={unused.button} />
              <p className="pl-4.5 text-xs text-muted-foreground md:hidden">
                {typeName(unused.button.type)} · <LastUsed unused={unused} now={now} /> ·{" "}
                {texts.usesText(formatNumber(unused.usage_count), unused.usage_count === 1)}
              </p>
            </TableCell>
            <TableCell className="hidden truncate text-muted-foreground md:table-cell">
              {typeName(unused.button.type)}
            </TableCell>
            <TableCell className="hidden md:table-cell">
              <LastUsed unused={unused} now={now} zone={station.zone} />
            </TableCell>
            <TableCell className="hidden text-right tabular-nums md:table-cell">
              {formatNumber(unused.usage_count)}
            </TableCell>
            {onRetire && (
              <TableCell className="text-right">
                <Button
                  variant="outline"
                  size="sm"
                  className="h-9"
                  aria-label={texts.retireNamed(unused.button.title)}
                  onClick={(event) => retire(unused.button, event.currentTarget.closest("tr"))}
                >
                  <Archive aria-hidden="true" />
                  {texts.retire}
                </Button>
              </TableCell>
            )}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

/** When a button was last used; of one that never was, when it was made. With a zone the day is said too. */
function LastUsed({ unused, now, zone }: { unused: UnusedButton; now: Date; zone?: string }) {
  const { last_used_at: at, created_at: madeAt } = unused;
  if (at === null) return `${texts.never}, ${texts.madeOn(formatAgo(madeAt, now))}`;
  return (
    <time dateTime={at}>
      {formatAgo(at, now)}
      {zone && <span className="text-muted-foreground"> · {formatDay(at, zone)}</span>}
    </time>
  );
}
