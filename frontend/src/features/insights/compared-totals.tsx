import { useId } from "react";
import type { TimeseriesPublic } from "@/client";
import { changeText } from "@/components/charts/change";
import { HatchedSwatch } from "@/components/charts/not-recording";
import { silenceOf } from "@/components/charts/timeseries";
import { ErrorFace } from "@/components/faces";
import { Card, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { formatDuration, formatNumber } from "@/lib/format";
import { chartTexts } from "@/texts/charts";
import { commonTexts } from "@/texts/common";
import { insightsTexts as texts } from "@/texts/insights";
import { type Days, lengthOf } from "./days";
import { daysText } from "./filters";
import { totalOf, useCompared } from "./use-compared";

/** Both spans in one number each. */
export function ComparedTotals() {
  const titleId = useId();
  const { compared, progress, now, before } = useCompared("station");
  return (
    <Card aria-labelledby={titleId}>
      <CardTitle id={titleId}>{texts.totals}</CardTitle>
      {progress.isLoadingError ? (
        <ErrorFace error={progress.error} onRetry={() => void progress.refetch()} className="py-4" />
      ) : (
        <>
          <dl className="grid grid-cols-1 gap-x-8 gap-y-4 sm:grid-cols-2">
            <Span label={texts.theseDays} days={compared.now} found={now} testId="total-now" />
            <Span label={texts.withDays} days={compared.before} found={before} testId="total-before" />
          </dl>
          <p className="min-h-5 text-sm font-medium tabular-nums">
            {now && before && changeText(totalOf(now), totalOf(before))}
          </p>
        </>
      )}
    </Card>
  );
}

function Span({
  label,
  days,
  found,
  testId,
}: {
  label: string;
  days: Days;
  found: TimeseriesPublic | undefined;
  testId: string;
}) {
  const length = lengthOf(days);
  return (
    <div className="flex min-w-0 flex-col">
      <dt className="text-sm text-muted-foreground">
        {label}: {daysText(days)}
      </dt>
      <dd className="min-h-21" data-testid={testId}>
        {found ? (
          <Total total={totalOf(found)} length={length} silence={silenceOf(found)} />
        ) : (
          <span role="status" aria-label={commonTexts.loading}>
            <Skeleton className="mt-1 h-9 w-32" />
          </span>
        )}
      </dd>
    </div>
  );
}

function Total({ total, length, silence }: { total: number | null; length: number; silence: number }) {
  return (
    <>
      <p className="text-3xl leading-10 font-semibold tracking-tight tabular-nums">
        {total === null ? chartTexts.notRecorded : formatNumber(total)}
      </p>
      <p className="text-sm text-muted-foreground tabular-nums">
        {texts.dayCount(formatNumber(length), length === 1)}
        {total !== null && ` · ${texts.perDay(formatNumber(Math.round((10 * total) / length) / 10))}`}
      </p>
      {silence > 0 && (
        <p className="flex items-center gap-2 text-sm text-muted-foreground">
          <HatchedSwatch />
          {chartTexts.notRecordingFor(formatDuration(silence))}
        </p>
      )}
    </>
  );
}
