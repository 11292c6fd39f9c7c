import type { BucketPublic, TimeseriesPublic } from "@/client";
import { addDays, formatDate, formatDays } from "@/lib/format";
import { colorOfType } from "@/lib/type-color";
import { typeName } from "@/lib/type-name";
import { chartTexts as texts } from "@/texts/charts";
import type { ChartData } from "./chart-data";
import { colorAt } from "./series-style";
import type { TrendPoint, TrendSeries } from "./trend";

const SHORT = { month: "short", day: "numeric" } as const;
const LONG = { weekday: "short", day: "numeric", month: "short", year: "numeric" } as const;

function axisLabel({ label }: BucketPublic, bucket: TimeseriesPublic["bucket"]): string {
  return bucket === "month"
    ? formatDate(`${label}-01`, { month: "short", year: "numeric" })
    : formatDate(label.slice(0, 10), SHORT);
}

export const isOver = ({ ends_at }: BucketPublic, at: string): boolean => Date.parse(ends_at) <= Date.parse(at);

/** What a bucket is called in full; one that is not over says so. */
function bucketTitle(each: BucketPublic, { bucket, at }: TimeseriesPublic): string {
  const { label } = each;
  const title = {
    hour: () => label,
    day: () => formatDate(label, LONG),
    week: () => formatDays(label, addDays(label, 6)),
    month: () => formatDate(`${label}-01`, { month: "long", year: "numeric" }),
  }[bucket]();
  return isOver(each, at) ? title : texts.soFar(title);
}

/** Which part of a bucket, as far as it has come, was not recorded. */
function silentShareOf({ starts_at, ends_at, not_recording_s }: BucketPublic, at: string): number {
  const start = Date.parse(starts_at);
  const lengthS = (Math.min(Date.parse(ends_at), Date.parse(at)) - start) / 1000;
  return lengthS > 0 ? Math.min(1, not_recording_s / lengthS) : 0;
}

export function pointsOf(timeseries: TimeseriesPublic): TrendPoint[] {
  const { buckets, series, bucket, at } = timeseries;
  return buckets.map((each, place) => {
    const values = series.map(({ counts }) => counts[place] ?? null);
    return {
      label: axisLabel(each, bucket),
      title: bucketTitle(each, timeseries),
      values,
      isDark: values.length > 0 && values.every((value) => value === null),
      silentShare: silentShareOf(each, at),
      notRecordingS: each.not_recording_s,
      isOver: isOver(each, at),
    };
  });
}

/** The lines of a chart. A type has its own colour; others have one by their place. */
export const seriesOf = ({ series, by }: TimeseriesPublic): TrendSeries[] =>
  series.map(({ key, title }, place) => ({
    key,
    title: by === "station" ? texts.counts : by === "type" ? typeName(title) : title,
    color: by === "type" ? colorOfType(key) : colorAt(place),
  }));

type Row = { label: string; point: TrendPoint };

/** The same as a table: each bucket with the count of each line. */
export function trendData(timeseries: TimeseriesPublic): ChartData<Row> {
  const points = pointsOf(timeseries);
  const { start, end, by, bucket } = timeseries;
  return {
    fileName: `presses-by-${by}-${bucket}-${start}-${end}`,
    rows: timeseries.buckets.flatMap(({ label }, place) => {
      const point = points[place];
      return point ? [{ label, point }] : [];
    }),
    columns: [
      {
        header: texts.buckets[bucket],
        value: (row) => row.label,
        text: (row) => row.point.title,
      },
      ...seriesOf(timeseries).map(({ title }, place) => ({
        header: (by === "type" && timeseries.series[place]?.title) || title,
        title,
        value: (row: Row) => row.point.values[place] ?? null,
      })),
      { header: texts.notRecordingS, value: (row) => row.point.notRecordingS },
    ],
  };
}

export const silenceOf = ({ buckets }: TimeseriesPublic): number =>
  buckets.reduce((sum, each) => sum + each.not_recording_s, 0);
