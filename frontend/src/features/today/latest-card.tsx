import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Fragment, memo } from "react";
import type { PressPublic } from "@/client";
import { ErrorFace } from "@/components/faces";
import { PressStatusBadge, PressTitle } from "@/components/press-status";
import { TypeDot } from "@/components/type-dot";
import { Button } from "@/components/ui/button";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { useMediaQuery } from "@/hooks/use-media-query";
import { cn } from "@/lib/cn";
import { dayOf, formatDate, formatTime } from "@/lib/format";
import { typeName } from "@/lib/type-name";
import { commonTexts } from "@/texts/common";
import { pressTexts } from "@/texts/presses";
import { todayTexts } from "@/texts/today";
import { buttonColorsQuery } from "./queries/list-ending-buttons";
import type { LatestPresses } from "./use-latest-presses";

const SHOWN_COUNT = 20;
const PHONE_COUNT = 10;
const ROW =
  "grid min-h-11 max-sm:min-h-18 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-0.5 px-4 py-2 text-sm sm:grid-cols-[6rem_minmax(0,1fr)_7rem_7rem_5.5rem] sm:px-5";

/** What was pressed, as it arrives. */
export const LatestCard = memo(function LatestCard({
  stationId,
  latest: { query, presses, arrivedIds },
  zone,
  day,
}: {
  stationId: string;
  latest: LatestPresses;
  zone: string;
  day: string;
}) {
  const { data: colors } = useQuery(buttonColorsQuery(stationId));
  // Where the rest of the screen lies below the list, it is a short one.
  const isWide = useMediaQuery("(width >= 64rem)");
  const shown = presses.slice(0, isWide ? SHOWN_COUNT : PHONE_COUNT);
  return (
    <Card className="gap-2 px-0 pb-2 sm:px-0 sm:pb-2">
      <CardHeader className="px-4 sm:px-5">
        <div>
          <CardTitle>{todayTexts.latest}</CardTitle>
          <CardDescription>{todayTexts.latestHint}</CardDescription>
        </div>
        <Button asChild={true} variant="outline" size="sm" className="max-sm:h-9">
          <Link to="/log">{todayTexts.openLog}</Link>
        </Button>
      </CardHeader>
      {query.isError && shown.length === 0 ? (
        <ErrorFace error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data === undefined && shown.length === 0 ? (
        <RowsToCome />
      ) : (
        <div role="log" aria-label={todayTexts.latest}>
          {groupByDay(shown, zone).map((group) => (
            <Fragment key={group.day}>
              {group.day !== day && (
                <h3 className="border-y bg-muted/60 px-4 py-1.5 text-xs font-medium text-muted-foreground sm:px-5">
                  {formatDate(group.day, { weekday: "long", day: "numeric", month: "long", year: "numeric" })}
                </h3>
              )}
              <ol className="divide-y">
                {group.presses.map((press) => (
                  <PressRow
                    key={press.id}
                    press={press}
                    color={colors?.get(press.button.id)}
                    zone={zone}
                    isNew={arrivedIds.has(press.id)}
                  />
                ))}
              </ol>
            </Fragment>
          ))}
        </div>
      )}
    </Card>
  );
});

function RowsToCome() {
  return (
    <div role="status" aria-label={commonTexts.loading} className="divide-y">
      {Array.from({ length: SHOWN_COUNT }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike and never move
        <div key={row} className={cn(ROW, row >= PHONE_COUNT && "max-lg:hidden")}>
          <Skeleton className="h-5 w-full" />
        </div>
      ))}
    </div>
  );
}

// A press draws its own row and no other: ten a second are nothing to a page that draws only what is new.
/** A press that arrives is tinted for a moment; one that does not count says so. */
const PressRow = memo(function PressRow({
  press,
  color,
  zone,
  isNew,
}: {
  press: PressPublic;
  color: string | undefined;
  zone: string;
  isNew: boolean;
}) {
  const { button, status } = press;
  return (
    <li
      data-testid="press-row"
      data-press-id={press.id}
      data-status={status}
      className={cn(ROW, isNew && "transition-colors delay-2000 duration-300 starting:bg-accent")}
    >
      <time dateTime={press.pressed_at} className="text-muted-foreground tabular-nums max-sm:text-right">
        {formatTime(press.pressed_at, zone)}
      </time>
      <Link
        to="/buttons/$buttonId"
        params={{ buttonId: button.id }}
        className="flex min-w-0 items-center gap-2 rounded-sm font-medium outline-none hover:underline focus-visible:ring-2 focus-visible:ring-ring max-sm:order-first max-sm:min-h-7"
      >
        <TypeDot type={button.type} color={color} />
        <PressTitle status={status} className="truncate">
          {button.title}
        </PressTitle>
      </Link>
      <div className="contents text-muted-foreground max-sm:col-span-2 max-sm:flex max-sm:min-h-6 max-sm:items-center max-sm:gap-3 max-sm:pl-4.5">
        <span className="truncate">{typeName(button.type)}</span>
        <span className="truncate">
          {press.deck?.name ?? (press.channel === "manual" ? pressTexts.channel.manual : todayTexts.noDeck)}
        </span>
        <span className="flex justify-end max-sm:ml-auto">
          {status !== "counted" && <PressStatusBadge status={status} />}
        </span>
      </div>
    </li>
  );
});

/** Days as they follow each other in the list. */
function groupByDay(presses: readonly PressPublic[], zone: string): { day: string; presses: PressPublic[] }[] {
  const groups: { day: string; presses: PressPublic[] }[] = [];
  for (const press of presses) {
    const day = dayOf(press.pressed_at, zone);
    const group = groups.at(-1);
    if (group?.day === day) group.presses.push(press);
    else groups.push({ day, presses: [press] });
  }
  return groups;
}
