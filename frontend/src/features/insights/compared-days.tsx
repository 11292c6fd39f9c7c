import type { TimeseriesPublic } from "@/client";
import { ChartCard } from "@/components/charts/chart-card";
import type { ChartData } from "@/components/charts/chart-data";
import { TrendChart } from "@/components/charts/lazy-charts";
import { LineSwatch } from "@/components/charts/series-legend";
import { colorAt } from "@/components/charts/series-style";
import { isOver } from "@/components/charts/timeseries";
import type { TrendPoint } from "@/components/charts/trend";
import { formatDate, formatNumber } from "@/lib/format";
import { chartTexts } from "@/texts/charts";
import { insightsTexts as texts } from "@/texts/insights";
import { daysText } from "./filters";
import { NothingFace } from "./nothing-face";
import { totalOf, useCompared } from "./use-compared";

const SHORT = { weekday: "short", month: "short", day: "numeric" } as const;

/** The first day of one span beside the first of the other. `undefined`: there is no such day. */
type Pair = {
  number: number;
  nowDay: string | undefined;
  beforeDay: string | undefined;
  now: number | null | undefined;
  before: number | null | undefined;
  silence: number;
  isOver: boolean;
};

function pairsOf(now: TimeseriesPublic, before: TimeseriesPublic): Pair[] {
  const length = Math.max(now.buckets.length, before.buckets.length);
  return Array.from({ length }, (_, place) => ({
    number: place + 1,
    nowDay: now.buckets[place]?.label,
    beforeDay: before.buckets[place]?.label,
    now: now.series[0]?.counts[place],
    before: before.series[0]?.counts[place],
    silence: (now.buckets[place]?.not_recording_s ?? 0) + (before.buckets[place]?.not_recording_s ?? 0),
    isOver: [now, before].every(({ buckets, at }) => {
      const bucket = buckets[place];
      return bucket === undefined || isOver(bucket, at);
    }),
  }));
}

function pointOf({ number, nowDay, beforeDay, now, before, silence, isOver: isDayOver }: Pair): TrendPoint {
  const days = [nowDay, beforeDay].filter((day) => day !== undefined).map((day) => formatDate(day, SHORT));
  return {
    label: formatNumber(number),
    title: `${texts.dayNumber(formatNumber(number))}: ${days.join(" / ")}`,
    values: [now, before],
    isDark: now === null || before === null,
    silentShare: 0,
    notRecordingS: silence,
    isOver: isDayOver,
  };
}

const dayColumns = (header: string, dayOf: (pair: Pair) => string | undefined) => ({
  header,
  value: (pair: Pair) => dayOf(pair) ?? "",
  text: (pair: Pair) => {
    const day = dayOf(pair);
    return day === undefined ? texts.noSuchDay : formatDate(day, SHORT);
  },
});

const countColumn = (header: string, countOf: (pair: Pair) => number | null | undefined) => ({
  header,
  value: (pair: Pair) => {
    const count = countOf(pair);
    return count === undefined ? "" : count;
  },
});

const dataOf = (pairs: Pair[], fileName: string): ChartData<Pair> => ({
  fileName,
  rows: pairs,
  columns: [
    { header: texts.day, value: (pair) => pair.number },
    dayColumns(texts.theseDays, (pair) => pair.nowDay),
    countColumn(chartTexts.now, (pair) => pair.now),
    dayColumns(texts.withDays, (pair) => pair.beforeDay),
    countColumn(chartTexts.before, (pair) => pair.before),
    { header: chartTexts.notRecordingS, value: (pair) => pair.silence },
  ],
});

/** Both spans over each other, day by day. */
export function ComparedDays() {
  const { compared, progress, now, before } = useCompared("station");
  const pairs = now && before ? pairsOf(now, before) : null;
  const isEmpty = now && before && !totalOf(now) && !totalOf(before);
  const series = [
    { key: "now", title: daysText(compared.now), color: colorAt(0) },
    { key: "before", title: daysText(compared.before), color: "var(--muted-foreground)" },
  ];
  return (
    <ChartCard
      title={texts.dayByDay}
      progress={progress}
      data={pairs ? dataOf(pairs, `compared-${compared.now.start}-${compared.before.start}`) : null}
      bodyClassName="h-72"
      empty={isEmpty && <NothingFace isDark={totalOf(now) === null && totalOf(before) === null} />}
      footer={
        <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
          {series.map(({ key, title, color }, place) => (
            <li key={key} className="flex items-center gap-2">
              <LineSwatch color={color} place={place} />
              {title}
            </li>
          ))}
        </ul>
      }
    >
      {pairs && (
        <TrendChart kind="lines" name={texts.dayByDay} series={series} points={pairs.map(pointOf)} height={288} />
      )}
    </ChartCard>
  );
}
