import type { TimeseriesPublic } from "@/client";
import { cn } from "@/lib/cn";
import { formatDate, formatNumber } from "@/lib/format";
import { buttonTexts } from "@/texts/buttons";

type Day = { label: string; count: number | null };

const NO_COUNTS: (number | null)[] = [];

function daysOf({ buckets, series }: TimeseriesPublic): Day[] {
  const counts = series[0]?.counts ?? NO_COUNTS;
  return buckets.map((bucket, index) => ({
    label: bucket.label,
    count: counts[index] === undefined ? 0 : counts[index],
  }));
}

const countOf = ({ count }: Day) => (count === null ? buttonTexts.notRecorded : buttonTexts.pressCount(count));

/** Counted presses by day as a strip of bars; for screen readers, a table. */
export function Trend({ trend }: { trend: TimeseriesPublic }) {
  const days = daysOf(trend);
  const most = Math.max(1, ...days.map(({ count }) => count ?? 0));
  return (
    <figure className="relative">
      <div aria-hidden="true" className="flex flex-col gap-1.5">
        <div className="flex gap-2">
          <div className="flex h-36 flex-1 items-end gap-px border-b sm:gap-0.5">
            {days.map((day) => (
              <div
                key={day.label}
                title={`${formatDate(day.label, { dateStyle: "full" })}: ${countOf(day)}`}
                className="group flex h-full min-w-0 flex-1 items-end"
              >
                <div
                  className={cn(
                    "w-full rounded-t-[2px] group-hover:opacity-70",
                    day.count === null ? "h-full bg-striped" : "bg-chart-1",
                  )}
                  style={day.count === null ? undefined : { height: `${(day.count / most) * 100}%` }}
                />
              </div>
            ))}
          </div>
          <div className="flex h-36 flex-col justify-between text-xs text-muted-foreground tabular-nums">
            <span>{formatNumber(most)}</span>
            <span>{formatNumber(0)}</span>
          </div>
        </div>
        <Ends days={days} />
      </div>
      <div className="sr-only">
        <table>
          <caption>{buttonTexts.trend}</caption>
          <thead>
            <tr>
              <th scope="col">{buttonTexts.trendDay}</th>
              <th scope="col">{buttonTexts.presses}</th>
            </tr>
          </thead>
          <tbody>
            {days.map((day) => (
              <tr key={day.label}>
                <th scope="row">{formatDate(day.label)}</th>
                <td>{day.count === null ? buttonTexts.notRecorded : formatNumber(day.count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

function Ends({ days }: { days: readonly Day[] }) {
  const places = [days[0], days[Math.floor(days.length / 2)], days.at(-1)];
  return (
    <div className="flex justify-between pr-8 text-xs text-muted-foreground">
      {places.map(
        (day) => day && <span key={day.label}>{formatDate(day.label, { day: "numeric", month: "short" })}</span>,
      )}
    </div>
  );
}
