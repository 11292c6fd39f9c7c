/** What a chart over time is given; apart from what draws it, so that naming the shapes does not fetch a library. */

export type TrendSeries = { key: string; title: string; color: string };

export type TrendPoint = {
  /** Below the axis. */
  label: string;
  /** Above the numbers, when somebody points at it. */
  title: string;
  /** One for each series; null where nobody knows, undefined where there is nothing to know. */
  values: readonly (number | null | undefined)[];
  /** Nothing was recorded in any of it. */
  isDark: boolean;
  /** Which part of it was not recorded, from 0 to 1. */
  silentShare: number;
  notRecordingS: number;
  /** False of the last one while it goes on: what it comes to is not known yet. */
  isOver: boolean;
};

export type TrendChartProps = {
  kind: "lines" | "bars";
  name: string;
  series: readonly TrendSeries[];
  points: readonly TrendPoint[];
  height: number;
  hiddenKeys?: ReadonlySet<string>;
};
