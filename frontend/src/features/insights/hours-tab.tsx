import { useQuery } from "@tanstack/react-query";
import type { HeatmapPublic } from "@/client";
import { ChartCard } from "@/components/charts/chart-card";
import { HEATMAP_HEIGHT, HeatmapGrid, heatmapData } from "@/components/charts/heatmap-grid";
import { NotRecordingNote } from "@/components/charts/not-recording";
import { formatNumber } from "@/lib/format";
import { chartTexts } from "@/texts/charts";
import { insightsTexts as texts } from "@/texts/insights";
import { lengthOf, withinReach } from "./days";
import { daysText, FilterBar, RangeFilter, SelectionFilters } from "./filters";
import { NothingFace } from "./nothing-face";
import { heatmapQuery } from "./queries/read-heatmap";
import { rangeOf, selectionOf } from "./search";
import { useInsights } from "./use-insights";

const isDark = ({ counts }: HeatmapPublic): boolean => counts.flat().every((count) => count === null);

/** When in the week the buttons are pressed. */
export function HoursTab() {
  return (
    <>
      <FilterBar>
        <RangeFilter />
        <SelectionFilters />
      </FilterBar>
      <HoursCard />
    </>
  );
}

function HoursCard() {
  const { station, search, today } = useInsights();
  const { days } = rangeOf(search, today);
  const selection = selectionOf(search);
  const isOfDeck = selection.deck_id !== undefined;
  const asked = withinReach(days, { isOfDeck });
  const query = useQuery(heatmapQuery(station.id, { ...asked, ...selection }));
  const found = query.data;
  const shown = found ? { start: found.start, end: found.end } : asked;
  const isCut = lengthOf(asked) < lengthOf(days);
  const reach = isOfDeck ? texts.hoursDeckReach : texts.hoursReach;
  return (
    <ChartCard
      title={texts.hours}
      description={isCut ? reach(daysText(shown)) : daysText(shown)}
      progress={query}
      data={found ? heatmapData(found, `presses-by-hour-${found.start}-${found.end}`) : null}
      bodyClassName={HEATMAP_HEIGHT}
      empty={found && found.total === 0 && <NothingFace isDark={isDark(found)} />}
      footer={
        found &&
        found.total > 0 && (
          <div className="flex flex-col gap-2">
            <p className="text-sm text-muted-foreground tabular-nums">
              {texts.inAll(chartTexts.presses(formatNumber(found.total), found.total === 1))}
            </p>
            <NotRecordingNote seconds={found.not_recording_s} />
          </div>
        )
      }
    >
      {found && <HeatmapGrid name={texts.hours} heatmap={found} />}
    </ChartCard>
  );
}
