import { useQuery } from "@tanstack/react-query";
import { CircleOff, Equal } from "lucide-react";
import type { TopOrder, TopPublic } from "@/client";
import { ButtonLabel } from "@/components/button-label";
import { BAR_ROW_PX, BarLegend, BarList, type BarRow, barColumns } from "@/components/charts/bar-list";
import { ChartCard } from "@/components/charts/chart-card";
import type { ChartData } from "@/components/charts/chart-data";
import { NotRecordingNote } from "@/components/charts/not-recording";
import { Choice } from "@/components/choice";
import { EmptyFace } from "@/components/faces";
import { formatNumber } from "@/lib/format";
import { colorOfButton } from "@/lib/type-color";
import { typeName } from "@/lib/type-name";
import { insightsTexts as texts } from "@/texts/insights";
import { isDarkSpan } from "./dark";
import { type Days, daysBefore } from "./days";
import { daysText, FilterBar, RangeFilter, TypeFilter } from "./filters";
import { NothingFace } from "./nothing-face";
import { topQuery } from "./queries/read-top";
import { type InsightsSearch, ROW_COUNTS, rangeOf } from "./search";
import { useInsights } from "./use-insights";

const ORDERS = ["most", "declining", "rising"] as const satisfies TopOrder[];
const NONE: Record<TopOrder, string> = {
  most: texts.nothing,
  declining: texts.noneDeclining,
  rising: texts.noneRising,
};

/** Which buttons are used most, and whose use fell or rose, beside as many days before. */
export function TopTab() {
  const { search } = useInsights();
  return (
    <>
      <FilterBar>
        <RangeFilter />
        <TypeFilter />
        <RowsFilter />
      </FilterBar>
      {(search.tag !== undefined || search.deck !== undefined) && (
        <p className="text-sm text-muted-foreground">{texts.onlyByType}</p>
      )}
      <div className="grid grid-cols-1 gap-5 lg:grid-cols-2 xl:grid-cols-3">
        {ORDERS.map((order) => (
          <TopCard key={order} order={order} />
        ))}
      </div>
      <Silence />
    </>
  );
}

/** What was not recorded of either span, once for all three. */
function Silence() {
  const { station, search, today } = useInsights();
  const { data: top } = useQuery(topQuery(station.id, askedOf(search, today, "most")));
  if (top === undefined) return null;
  const spans = [
    { days: { start: top.start, end: top.end }, seconds: top.not_recording_s },
    { days: { start: top.before_start, end: top.start }, seconds: top.before_not_recording_s },
  ];
  return (
    <div className="flex flex-col gap-1">
      {spans.map(({ days, seconds }) => (
        <NotRecordingNote key={days.start} seconds={seconds} of={daysText(days)} />
      ))}
    </div>
  );
}

/** What the address asks for, as the API is asked. */
function askedOf(search: InsightsSearch, today: string, order: TopOrder) {
  const { days } = rangeOf(search, today);
  return { ...days, order, limit: search.rows ?? ROW_COUNTS[0], ...(search.type && { type: search.type }) };
}

function RowsFilter() {
  const { search, patch } = useInsights();
  const rows = search.rows ?? ROW_COUNTS[0];
  const counts = (ROW_COUNTS as readonly number[]).includes(rows) ? ROW_COUNTS : [rows, ...ROW_COUNTS];
  return (
    <Choice
      label={texts.rows}
      value={String(rows)}
      options={counts.map((count) => ({ value: String(count), label: formatNumber(count) }))}
      onChange={(value) => patch({ rows: Number(value) === ROW_COUNTS[0] ? undefined : Number(value) })}
    />
  );
}

/** Whether a row belongs to a list: those that fell do not end with some that rose. */
const belongs = (difference: number, order: TopOrder): boolean =>
  order === "most" || (order === "declining" ? difference < 0 : difference > 0);

type TopRow = BarRow & { type: string };

function rowsOf(top: TopPublic, order: TopOrder, { isDarkBefore }: { isDarkBefore: boolean }): TopRow[] {
  return top.data
    .filter(({ difference }) => belongs(difference, order))
    .map(({ button, press_count, before_count }) => ({
      key: button.id,
      title: button.title,
      label: <ButtonLabel button={button} />,
      type: button.type,
      color: colorOfButton(button),
      now: press_count,
      before: isDarkBefore ? null : before_count,
    }));
}

function TopCard({ order }: { order: TopOrder }) {
  const { station, search, today, now } = useInsights();
  const asked = askedOf(search, today, order);
  const query = useQuery(topQuery(station.id, asked));
  const top = query.data;
  const shown = { start: top?.start ?? asked.start, end: top?.end ?? asked.end };
  const before = daysBefore(shown);
  const clock = { today, now, zone: station.zone };
  const isDarkBefore =
    top?.data.every((row) => row.before_count === 0) === true && isDarkSpan(top.before_not_recording_s, before, clock);
  const rows = top ? rowsOf(top, order, { isDarkBefore }) : [];
  const data: ChartData<TopRow> = {
    fileName: `${order}-${shown.start}-${shown.end}`,
    columns: withType(barColumns<TopRow>(texts.button)),
    rows,
  };
  const isDark = top !== undefined && isDarkSpan(top.not_recording_s, shown, clock);
  return (
    <ChartCard
      title={texts[order]}
      description={<BarLegend now={daysText(shown)} before={daysText(before)} />}
      progress={query}
      data={top ? data : null}
      bodyClassName="min-h-40"
      pendingHeight={asked.limit * BAR_ROW_PX}
      empty={top && emptyFace({ order, rows, isDarkBefore, isDark, before })}
    >
      <BarList name={texts[order]} rows={rows} />
    </ChartCard>
  );
}

const withType = ([first, ...rest]: ReturnType<typeof barColumns<TopRow>>): ReturnType<typeof barColumns<TopRow>> => [
  ...(first ? [first] : []),
  { header: texts.type, value: (row) => row.type, text: (row) => typeName(row.type) },
  ...rest,
];

function emptyFace({
  order,
  rows,
  isDarkBefore,
  isDark,
  before,
}: {
  order: TopOrder;
  rows: readonly TopRow[];
  isDarkBefore: boolean;
  isDark: boolean;
  before: Days;
}) {
  if (order !== "most" && isDarkBefore) {
    return (
      <EmptyFace
        icon={CircleOff}
        title={texts.nothingBefore}
        description={texts.nothingBeforeHint(daysText(before))}
        className="h-full justify-center"
      />
    );
  }
  if (rows.length > 0) return null;
  if (order === "most") return <NothingFace isDark={isDark} />;
  return <EmptyFace icon={Equal} title={NONE[order]} className="h-full justify-center" />;
}
