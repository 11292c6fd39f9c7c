import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { TimeseriesPublic } from "@/client";
import { ChartCard } from "@/components/charts/chart-card";
import { TrendChart } from "@/components/charts/lazy-charts";
import { NotRecordingNote } from "@/components/charts/not-recording";
import { SeriesLegend } from "@/components/charts/series-legend";
import { pointsOf, seriesOf, silenceOf, trendData } from "@/components/charts/timeseries";
import { Choice, optionsOf } from "@/components/choice";
import { formatNumber } from "@/lib/format";
import { chartTexts } from "@/texts/charts";
import { insightsTexts as texts } from "@/texts/insights";
import { sumOf } from "./dark";
import { BUCKETS, type BucketName } from "./days";
import { daysText, FilterBar, RangeFilter, SelectionFilters } from "./filters";
import { NothingFace } from "./nothing-face";
import { timeseriesQuery } from "./queries/read-timeseries";
import { bucketOf, GROUPINGS, type GroupingName, groupingOf, rangeOf, selectionOf } from "./search";
import { useInsights } from "./use-insights";

const MAX_LINES = 8;
const CHART_PX = 320;
const BODY = "h-80";

export function TrendTab() {
  return (
    <>
      <FilterBar>
        <RangeFilter />
        <BucketFilter />
        <GroupingFilter />
        <SelectionFilters />
      </FilterBar>
      <LinesCard />
      <AllCard />
    </>
  );
}

function BucketFilter() {
  const { search, today, patch } = useInsights();
  const bucket = bucketOf(search, rangeOf(search, today).days);
  return (
    <Choice
      label={texts.bucket}
      value={bucket}
      options={optionsOf(BUCKETS, chartTexts.buckets)}
      onChange={(value) => patch({ bucket: value as BucketName })}
    />
  );
}

function GroupingFilter() {
  const { search, patch } = useInsights();
  const selection = selectionOf(search);
  const isOfButtons = selection.type !== undefined || selection.tag !== undefined;
  const names = GROUPINGS.filter((name) => (selection.deck_id ? name === "deck" : name !== "deck" || !isOfButtons));
  return (
    <Choice
      label={texts.trendOf}
      value={groupingOf(search, selection)}
      options={optionsOf(names, texts.groupings)}
      onChange={(value) => patch({ by: value as GroupingName })}
    />
  );
}

/** What the address asks for, as the API is asked. */
function useAsked() {
  const { search, today } = useInsights();
  const { days } = rangeOf(search, today);
  const selection = selectionOf(search);
  return { asked: { ...days, ...selection, bucket: bucketOf(search, days) }, by: groupingOf(search, selection) };
}

const isEmpty = ({ series }: TimeseriesPublic): boolean => series.every(({ total }) => total === 0);
const isDark = ({ series }: TimeseriesPublic): boolean =>
  series.length > 0 && series.every(({ counts }) => counts.every((count) => count === null));
/** The days that are counted: a week or month that was begun is counted whole. */
const spanText = ({ start, end }: TimeseriesPublic): string => daysText({ start, end });

function LinesCard() {
  const { station } = useInsights();
  const { asked, by } = useAsked();
  const query = useQuery(timeseriesQuery(station.id, { ...asked, by, limit: MAX_LINES }));
  const [hiddenKeys, setHidden] = useState<ReadonlySet<string>>(new Set());
  const found = query.data;
  const title = texts.trendBy[by];
  const toggle = (key: string) => {
    const rest = new Set(hiddenKeys);
    if (!rest.delete(key)) rest.add(key);
    setHidden(rest);
  };
  return (
    <ChartCard
      title={title}
      description={found ? descriptionOf(found) : daysText(asked)}
      progress={query}
      data={found ? trendData(found) : null}
      bodyClassName={BODY}
      empty={found && isEmpty(found) && <NothingFace isDark={isDark(found)} />}
      footer={
        <div className="flex min-h-17 flex-col gap-3">
          {found && !isEmpty(found) && (
            <>
              <SeriesLegend
                series={seriesOf(found)}
                totals={found.series.map(({ counts }) => sumOf(counts))}
                hiddenKeys={hiddenKeys}
                onToggle={toggle}
              />
              <NotRecordingNote seconds={silenceOf(found)} />
            </>
          )}
        </div>
      }
    >
      {found && (
        <TrendChart
          kind="lines"
          name={title}
          series={seriesOf(found)}
          points={pointsOf(found)}
          height={CHART_PX}
          hiddenKeys={hiddenKeys}
        />
      )}
    </ChartCard>
  );
}

function descriptionOf(found: TimeseriesPublic): string {
  const notes = [];
  if (found.series_count > found.series.length) {
    notes.push(texts.largest(formatNumber(found.series.length), formatNumber(found.series_count)));
  }
  if (found.by === "tag") notes.push(texts.tagsOverlap);
  if (found.by === "deck") notes.push(texts.decksAreNotAll);
  return notes.length === 0 ? spanText(found) : `${spanText(found)}. ${notes.join(" ")}`;
}

/** What the lines add up to, and what is in none of them. */
function AllCard() {
  const { station } = useInsights();
  const { asked } = useAsked();
  const query = useQuery(timeseriesQuery(station.id, { ...asked, by: "station" }));
  const found = query.data;
  const total = sumOf(found?.series[0]?.counts ?? []);
  return (
    <ChartCard
      title={texts.allPresses}
      description={found ? spanText(found) : daysText(asked)}
      progress={query}
      data={found ? trendData(found) : null}
      bodyClassName={BODY}
      empty={found && isEmpty(found) && <NothingFace isDark={isDark(found)} />}
      footer={
        found &&
        !isEmpty(found) && (
          <div className="flex flex-col gap-2">
            {total !== null && (
              <p className="text-sm text-muted-foreground tabular-nums">
                {texts.inAll(chartTexts.presses(formatNumber(total), total === 1))}
              </p>
            )}
            <NotRecordingNote seconds={silenceOf(found)} />
          </div>
        )
      }
    >
      {found && (
        <TrendChart
          kind="bars"
          name={texts.allPresses}
          series={seriesOf(found)}
          points={pointsOf(found)}
          height={CHART_PX}
        />
      )}
    </ChartCard>
  );
}
