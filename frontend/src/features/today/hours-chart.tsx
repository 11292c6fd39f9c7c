import { Skeleton } from "@/components/ui/skeleton";
import { cn } from "@/lib/cn";
import { formatHour, formatNumber } from "@/lib/format";
import { todayTexts } from "@/texts/today";
import type { HourOfDay, Usual } from "./usual";

const LABEL_EVERY = 6;
const NOT_RECORDED =
  "bg-[repeating-linear-gradient(135deg,var(--muted-foreground)_0_1px,transparent_1px_6px)] opacity-30";

/** Today's hours as bars, and what is usual as a line over each. Drawn by CSS alone, as it is in the first screen. */
export function HoursChart({ usual, weekday }: { usual: Usual | undefined; weekday: string }) {
  return (
    <figure aria-label={todayTexts.hours}>
      <div aria-hidden="true">
        {usual === undefined ? <Skeleton className="h-32 w-full" /> : <Bars usual={usual} />}
      </div>
      {usual !== undefined && <HoursTable hours={usual.hours} />}
      <figcaption className="mt-3 min-h-25 text-xs leading-5 text-pretty text-muted-foreground sm:min-h-15">
        <Legend hasGaps={usual?.hours.some((hour) => hour.notRecordingS > 0) ?? false} />
        {usual !== undefined && usual.dayCount > 0 && <p>{todayTexts.usualHow(weekday, usual.dayCount)}</p>}
      </figcaption>
    </figure>
  );
}

function Bars({ usual: { hours } }: { usual: Usual }) {
  const highest = Math.max(1, ...hours.flatMap(({ pressCount, usualCount }) => [pressCount ?? 0, usualCount ?? 0]));
  const share = (count: number) => `${(count / highest) * 100}%`;
  return (
    <div className="relative grid h-32 grid-cols-24 gap-x-px sm:gap-x-1">
      <div className="absolute inset-x-0 bottom-5 border-b border-input" />
      {hours.map((hour) => (
        <div key={hour.hour} title={hintOf(hour)} className="relative mb-5 hover:bg-muted">
          {hour.notRecordingS > 0 && <div className={cn("absolute inset-0", NOT_RECORDED)} />}
          <div
            data-testid="hour-bar"
            className="absolute inset-x-0 bottom-0 rounded-t-xs bg-primary sm:inset-x-px"
            style={{ height: share(hour.pressCount ?? 0) }}
          />
          {hour.usualCount !== null && (
            <div
              className="absolute inset-x-0 h-0.5 -translate-y-px bg-foreground/60 ring-1 ring-card"
              style={{ top: `${100 - (hour.usualCount / highest) * 100}%` }}
            />
          )}
          {hour.hour % LABEL_EVERY === 0 && (
            <span className="absolute top-full left-0 pt-1 text-xs leading-4 whitespace-nowrap text-muted-foreground tabular-nums">
              {formatHour(hour.hour)}
            </span>
          )}
        </div>
      ))}
    </div>
  );
}

function Legend({ hasGaps }: { hasGaps: boolean }) {
  return (
    <p aria-hidden="true" className="flex flex-wrap gap-x-4">
      <span className="flex items-center gap-1.5">
        <span className="h-2.5 w-2 rounded-t-xs bg-primary" />
        {todayTexts.chartToday}
      </span>
      <span className="flex items-center gap-1.5">
        <span className="h-0.5 w-3 bg-foreground/60" />
        {todayTexts.chartUsual}
      </span>
      {hasGaps && (
        <span className="flex items-center gap-1.5">
          <span className={cn("size-2.5", NOT_RECORDED)} />
          {todayTexts.chartNotRecorded}
        </span>
      )}
    </p>
  );
}

/** The same for who does not see it. */
function HoursTable({ hours }: { hours: readonly HourOfDay[] }) {
  return (
    <table className="sr-only">
      <caption>{todayTexts.hours}</caption>
      <thead>
        <tr>
          <th scope="col">{todayTexts.hour}</th>
          <th scope="col">{todayTexts.chartToday}</th>
          <th scope="col">{todayTexts.chartUsual}</th>
        </tr>
      </thead>
      <tbody>
        {hours.map((hour) => (
          <tr key={hour.hour}>
            <th scope="row">{formatHour(hour.hour)}</th>
            <td>{sayToday(hour)}</td>
            <td>{sayUsual(hour)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const hintOf = (hour: HourOfDay): string => todayTexts.hourHint(formatHour(hour.hour), sayToday(hour), sayUsual(hour));

function sayToday({ hasBegun, pressCount }: HourOfDay): string {
  if (!hasBegun) return todayTexts.notYet;
  return pressCount === null ? todayTexts.chartNotRecorded.toLowerCase() : formatNumber(pressCount);
}

const sayUsual = ({ usualCount }: HourOfDay): string =>
  usualCount === null ? todayTexts.unknown : formatNumber(Math.round(usualCount * 10) / 10);
