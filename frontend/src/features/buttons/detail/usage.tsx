import { useQuery } from "@tanstack/react-query";
import { MousePointerClick } from "lucide-react";
import type { ReactNode } from "react";
import type { ButtonPublic, UsagePublic } from "@/client";
import { Ago } from "@/components/ago";
import { EmptyFace, ErrorFace } from "@/components/faces";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { dayOf, formatDate, formatNumber } from "@/lib/format";
import { useStation } from "@/lib/station";
import { typeName } from "@/lib/type-name";
import { buttonTexts } from "@/texts/buttons";
import { usageQuery } from "../queries/read-usage";
import { ranked } from "./ranking";
import { HoursCard, TrendCard } from "./usage-charts";

/** How often and when the button is pressed. */
export function Usage({ button }: { button: ButtonPublic }) {
  const query = useQuery(usageQuery(button.station_id, button.id));
  const usage = query.data;
  if (query.isLoadingError) {
    return (
      <Card>
        <ErrorFace error={query.error} onRetry={() => void query.refetch()} />
      </Card>
    );
  }
  return (
    <>
      <Counts usage={usage} type={button.type} />
      {(usage ?? button).usage_count === 0 ? (
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
          <TrendCard trend={usage?.trend} progress={query} />
          <HoursCard heatmap={usage?.heatmap} progress={query} />
        </>
      )}
    </>
  );
}

const trendTotal = (usage: UsagePublic): number => usage.trend.series[0]?.total ?? 0;

function Counts({ usage, type }: { usage: UsagePublic | undefined; type: string }) {
  return (
    <dl
      aria-busy={usage === undefined}
      className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-border xl:grid-cols-4"
    >
      <Count label={buttonTexts.total} value={usage && formatNumber(usage.usage_count)} />
      <Count
        label={buttonTexts.lastDays}
        value={usage && formatNumber(trendTotal(usage))}
        hint={usage && rankText(usage, type)}
      />
      <MomentCount label={buttonTexts.first} instant={usage?.first_used_at} />
      <MomentCount label={buttonTexts.last} instant={usage?.last_used_at} />
    </dl>
  );
}

function rankText(usage: UsagePublic, type: string): string | null {
  const itself = ranked(usage.neighbours).find(({ is_itself }) => is_itself);
  return itself?.rank && trendTotal(usage) > 0 ? buttonTexts.rankHint(itself.rank, typeName(type)) : null;
}

/** A number below its name; grey, and as high, while it is `undefined`. */
function Count({ label, value, hint }: { label: string; value: ReactNode | undefined; hint?: ReactNode }) {
  return (
    <div className="flex flex-col gap-0.5 bg-card p-4">
      <dt className="text-sm text-muted-foreground">{label}</dt>
      <dd className="min-h-7 text-lg font-semibold tracking-tight tabular-nums sm:text-xl 2xl:min-h-8 2xl:text-2xl">
        {value ?? <Skeleton className="h-7 w-20 2xl:h-8" />}
      </dd>
      <dd className="min-h-8 text-xs text-muted-foreground sm:min-h-4">{hint}</dd>
    </div>
  );
}

function MomentCount({ label, instant }: { label: string; instant: string | null | undefined }) {
  const { zone } = useStation();
  if (instant === undefined) return <Count label={label} value={undefined} />;
  if (instant === null) return <Count label={label} value={buttonTexts.never} />;
  return <Count label={label} value={formatDate(dayOf(instant, zone))} hint={<Ago instant={instant} zone={zone} />} />;
}
