import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { memo } from "react";
import type { CountedSpan } from "@/client";
import { ErrorFace } from "@/components/faces";
import { Card, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { cn } from "@/lib/cn";
import { formatDate, formatDuration, formatNumber } from "@/lib/format";
import { todayTexts } from "@/texts/today";
import { HoursChart } from "./hours-chart";
import { hoursBeforeQuery, hoursQuery } from "./queries/read-hours";
import { summaryQuery } from "./queries/read-summary";
import { compareWithUsual, type Usual } from "./usual";

// What a restart takes is not worth a word beside a day.
const WORTH_SAYING_S = 600;

/** How much was pressed today, beside what is usual on such a day, this week and this month. */
export const CountsCard = memo(function CountsCard({ stationId, day }: { stationId: string; day: string }) {
  const summary = useQuery(summaryQuery(stationId, day));
  const hours = useQuery(hoursQuery(stationId, day));
  const before = useQuery(hoursBeforeQuery(stationId, day));
  const failed = [summary, hours, before].filter((query) => query.isError && query.data === undefined);
  if (failed.length > 0) return <FailedCard failed={failed} />;

  const usual = hours.data && before.data && compareWithUsual(hours.data, before.data);
  const weekday = formatDate(day, { weekday: "long" });
  return (
    <Card aria-busy={usual === undefined}>
      <div className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)_minmax(0,1fr)]">
        <div className="col-span-2 min-w-0 sm:col-span-1">
          <CardTitle className="text-sm leading-6 font-medium text-muted-foreground">
            {todayTexts.pressesToday}
          </CardTitle>
          <Figure count={summary.data?.today.press_count} className="text-4xl leading-none" testId="today-count" />
          <Remark>{summary.data && usual && sayToday(summary.data.today, usual, weekday)}</Remark>
        </div>
        <Span label={todayTexts.thisWeek} span={summary.data?.week} sayBefore={todayTexts.lastWeekByNow} />
        <Span label={todayTexts.thisMonth} span={summary.data?.month} sayBefore={todayTexts.lastMonthByNow} />
      </div>
      <HoursChart usual={usual} weekday={weekday} />
    </Card>
  );
});

function FailedCard({ failed }: { failed: readonly UseQueryResult[] }) {
  const retry = () => {
    for (const query of failed) void query.refetch();
  };
  return (
    <Card>
      <ErrorFace error={failed[0]?.error} onRetry={retry} />
    </Card>
  );
}

function Figure({ count, className, testId }: { count: number | undefined; className?: string; testId?: string }) {
  return (
    <div
      data-testid={testId}
      className={cn("flex h-11 items-end pb-1 leading-none font-semibold tracking-tight tabular-nums", className)}
    >
      {count === undefined ? <Skeleton className="h-8 w-20" /> : formatNumber(count)}
    </div>
  );
}

function Remark({ children }: { children: string | undefined }) {
  return (
    <div className="mt-1 min-h-10 text-sm leading-5 text-pretty text-muted-foreground tabular-nums">
      {children ?? <Skeleton className="h-4 w-full max-w-48" />}
    </div>
  );
}

/** Since Monday, or the first of the month; beside the span before, as far as it had come by this time. */
function Span({
  label,
  span,
  sayBefore,
}: {
  label: string;
  span: CountedSpan | null | undefined;
  sayBefore: (count: string) => string;
}) {
  if (span === null) return null;
  return (
    <div className="min-w-0">
      <h3 className="text-sm leading-6 font-medium text-muted-foreground">{label}</h3>
      <Figure count={span?.press_count} className="text-2xl leading-none" />
      <Remark>
        {span && (wasRecorded(span) ? sayBefore(formatNumber(span.before_so_far_count)) : todayTexts.nothingBefore)}
      </Remark>
    </div>
  );
}

function sayToday(today: CountedSpan, usual: Usual, weekday: string): string {
  const compared = compare(today.press_count, usual, weekday);
  const { not_recording_s: missing } = today;
  return missing < WORTH_SAYING_S ? compared : `${compared}. ${todayTexts.missing(formatDuration(missing))}`;
}

function compare(count: number, { byNow }: Usual, weekday: string): string {
  if (byNow === null) return todayTexts.noUsual(weekday);
  const usual = Math.round(byNow);
  const difference = formatNumber(Math.abs(count - usual));
  if (count > usual) return todayTexts.moreThanUsual(difference, formatNumber(usual));
  if (count < usual) return todayTexts.fewerThanUsual(difference, formatNumber(usual));
  return todayTexts.asUsual(formatNumber(usual));
}

/** Whether enough of the span before was recorded to stand beside this one. */
function wasRecorded({ start, before_start, before_not_recording_s }: CountedSpan): boolean {
  const length = (Date.parse(start) - Date.parse(before_start)) / 1000;
  return before_not_recording_s < length / 2;
}
