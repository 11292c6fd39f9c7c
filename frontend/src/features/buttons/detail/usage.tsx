import { useQuery } from "@tanstack/react-query";
import { MousePointerClick } from "lucide-react";
import type { ReactNode } from "react";
import type { ButtonPublic, UsagePublic } from "@/client";
import { Ago } from "@/components/ago";
import { EmptyFace, ErrorFace } from "@/components/faces";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { dayOf, formatDate, formatNumber } from "@/lib/format";
import { useStation } from "@/lib/station";
import { buttonTexts } from "@/texts/buttons";
import { commonTexts } from "@/texts/common";
import { usageQuery } from "../queries/read-usage";
import { Heatmap } from "./heatmap";
import { Trend } from "./trend";

/** How often and when the button is pressed. */
export function Usage({ button }: { button: ButtonPublic }) {
  const { data: usage, error, refetch } = useQuery(usageQuery(button.station_id, button.id));
  if (error !== null && usage === undefined) {
    return (
      <Card>
        <ErrorFace error={error} onRetry={() => void refetch()} />
      </Card>
    );
  }
  if (usage === undefined) {
    return (
      <div role="status" aria-label={commonTexts.loading} className="flex flex-col gap-4">
        <Skeleton className="h-24 w-full" />
        <Skeleton className="h-64 w-full" />
        <Skeleton className="h-72 w-full" />
      </div>
    );
  }
  return (
    <>
      <Counts usage={usage} type={button.type} />
      {usage.usage_count === 0 ? (
        <Card>
          <EmptyFace
            icon={MousePointerClick}
            title={buttonTexts.noPresses}
            description={buttonTexts.noPressesHint}
            className="py-8"
          />
        </Card>
      ) : (
        <>
          <Card>
            <CardHeader>
              <CardTitle>{buttonTexts.trend}</CardTitle>
              <CardDescription>
                {buttonTexts.trendHint(formatNumber(usage.trend.series[0]?.total ?? 0))}
              </CardDescription>
            </CardHeader>
            <Trend trend={usage.trend} />
          </Card>
          <Card>
            <CardHeader>
              <CardTitle>{buttonTexts.heatmap}</CardTitle>
              <CardDescription>{buttonTexts.heatmapHint}</CardDescription>
            </CardHeader>
            <Heatmap heatmap={usage.heatmap} />
          </Card>
        </>
      )}
    </>
  );
}

function Counts({ usage, type }: { usage: UsagePublic; type: string }) {
  const { zone } = useStation();
  const rank = usage.neighbours.findIndex(({ is_itself }) => is_itself) + 1;
  const total = usage.trend.series[0]?.total ?? 0;
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-border xl:grid-cols-4">
      <Count label={buttonTexts.total} value={formatNumber(usage.usage_count)} />
      <Count
        label={buttonTexts.lastDays}
        value={formatNumber(total)}
        hint={total > 0 && rank > 0 ? buttonTexts.rankHint(rank, type) : undefined}
      />
      <MomentCount label={buttonTexts.first} instant={usage.first_used_at} zone={zone} />
      <MomentCount label={buttonTexts.last} instant={usage.last_used_at} zone={zone} />
    </dl>
  );
}

function Count({ label, value, hint }: { label: string; value: ReactNode; hint?: ReactNode }) {
  return (
    <div className="flex flex-col gap-0.5 bg-card p-4">
      <dt className="text-sm text-muted-foreground">{label}</dt>
      <dd className="text-lg font-semibold tracking-tight tabular-nums sm:text-xl 2xl:text-2xl">{value}</dd>
      {hint && <dd className="text-xs text-muted-foreground">{hint}</dd>}
    </div>
  );
}

function MomentCount({ label, instant, zone }: { label: string; instant: string | null; zone: string }) {
  if (instant === null) return <Count label={label} value={buttonTexts.never} />;
  return <Count label={label} value={formatDate(dayOf(instant, zone))} hint={<Ago instant={instant} zone={zone} />} />;
}
