import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight } from "lucide-react";
import type { CalendarDay, CalendarPublic } from "@/client";
import { type CalendarFilters, CalendarGrid } from "@/components/charts/calendar-grid";
import { ChartCard } from "@/components/charts/chart-card";
import type { ChartData } from "@/components/charts/chart-data";
import { Button } from "@/components/ui/button";
import { formatDate, formatNumber } from "@/lib/format";
import { chartTexts } from "@/texts/charts";
import { commonTexts } from "@/texts/common";
import { insightsTexts as texts } from "@/texts/insights";
import { FilterBar, SelectionFilters } from "./filters";
import { NothingFace } from "./nothing-face";
import { calendarQuery } from "./queries/read-calendar";
import { FIRST_YEAR, type Selection, selectionOf } from "./search";
import { useInsights } from "./use-insights";

const LONG = { weekday: "short", day: "numeric", month: "short", year: "numeric" } as const;

/** A year, day by day. */
export function CalendarTab() {
  return (
    <>
      <FilterBar>
        <YearSwitch />
        <SelectionFilters />
      </FilterBar>
      <CalendarCard />
    </>
  );
}

function useYear(): { year: number; thisYear: number } {
  const { search, today } = useInsights();
  const thisYear = Number(today.slice(0, 4));
  return { year: Math.min(search.year ?? thisYear, thisYear), thisYear };
}

function YearSwitch() {
  const { patch } = useInsights();
  const { year, thisYear } = useYear();
  const go = (to: number) => patch({ year: to === thisYear ? undefined : to });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset lays itself out by rules of its own
    <div role="group" aria-label={texts.year} className="flex flex-col gap-1.5">
      <span className="text-sm font-medium">{texts.year}</span>
      <div className="flex items-center gap-1">
        <Button
          variant="outline"
          size="icon"
          aria-label={texts.yearBefore}
          disabled={year <= FIRST_YEAR}
          onClick={() => go(year - 1)}
        >
          <ChevronLeft aria-hidden="true" />
        </Button>
        <output className="min-w-14 text-center text-sm font-medium tabular-nums">{year}</output>
        <Button
          variant="outline"
          size="icon"
          aria-label={texts.yearAfter}
          disabled={year >= thisYear}
          onClick={() => go(year + 1)}
        >
          <ChevronRight aria-hidden="true" />
        </Button>
      </div>
    </div>
  );
}

function CalendarCard() {
  const { station, search } = useInsights();
  const { year, thisYear } = useYear();
  const selection = selectionOf(search);
  const query = useQuery(calendarQuery(station.id, { year, ...selection }));
  const found = query.data;
  const title = texts.calendar(String(found?.year ?? year));
  return (
    <ChartCard
      title={title}
      description={found ? totalText(found, { isOver: found.year < thisYear }) : commonTexts.loading}
      progress={query}
      data={found ? calendarData(found) : null}
      className="@container"
      bodyClassName="min-h-[calc((100cqw-5.375rem)*14/27+9.5rem)] md:min-h-[calc((100cqw-8.75rem)*7/53+5.625rem)] xl:min-h-[calc((100cqw-12rem)*7/53+6.0625rem)]"
      empty={
        found &&
        found.total === 0 && <NothingFace isDark={found.days.every(({ press_count }) => press_count === null)} />
      }
    >
      {found && <CalendarGrid name={title} calendar={found} filters={filtersOfLog(selection)} />}
    </ChartCard>
  );
}

/** The log knows no tags. */
const filtersOfLog = ({ type, deck_id }: Selection): CalendarFilters => ({
  ...(type && { type }),
  ...(deck_id && { deck_id }),
});

function totalText({ total }: CalendarPublic, { isOver }: { isOver: boolean }): string {
  const presses = chartTexts.presses(formatNumber(total), total === 1);
  return isOver ? texts.inYear(presses) : texts.inYearSoFar(presses);
}

const calendarData = ({ year, days }: CalendarPublic): ChartData<CalendarDay> => ({
  fileName: `presses-by-day-${year}`,
  rows: days,
  columns: [
    { header: texts.day, value: ({ day }) => day, text: ({ day }) => formatDate(day, LONG) },
    { header: chartTexts.counts, value: ({ press_count }) => press_count },
    { header: chartTexts.notRecordingS, value: ({ not_recording_s }) => not_recording_s },
  ],
});
