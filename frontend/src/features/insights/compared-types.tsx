import type { TimeseriesPublic } from "@/client";
import { BAR_ROW_PX, BarLegend, BarList, type BarRow, barColumns } from "@/components/charts/bar-list";
import { ChartCard } from "@/components/charts/chart-card";
import { colorOfType } from "@/lib/type-color";
import { typeName } from "@/lib/type-name";
import { insightsTexts as texts } from "@/texts/insights";
import { daysText } from "./filters";
import { NothingFace } from "./nothing-face";
import { totalOf, useCompared } from "./use-compared";

const PENDING_ROWS = 5;

/** What a type comes to in a span. Without a line of its own it has none, unless nobody knows. */
function countIn(found: TimeseriesPublic, isDark: boolean, key: string): number | null {
  if (isDark) return null;
  return found.series.find((series) => series.key === key)?.total ?? 0;
}

function rowsOf(now: TimeseriesPublic, before: TimeseriesPublic, dark: { now: boolean; before: boolean }): BarRow[] {
  const titles = new Map([...before.series, ...now.series].map(({ key, title }) => [key, title]));
  return [...titles]
    .map(([key, title]) => ({
      key,
      title,
      label: typeName(title),
      color: colorOfType(key),
      now: countIn(now, dark.now, key),
      before: countIn(before, dark.before, key),
    }))
    .sort((one, other) => (other.now ?? 0) - (one.now ?? 0) || (other.before ?? 0) - (one.before ?? 0));
}

/** Both spans by type. */
export function ComparedTypes() {
  const { compared, progress, now, before } = useCompared("type");
  // Whether nobody knows, the station tells: of a type that no button has there is no line that could.
  const all = useCompared("station");
  const dark = {
    now: all.now !== undefined && totalOf(all.now) === null,
    before: all.before !== undefined && totalOf(all.before) === null,
  };
  const rows = now && before ? rowsOf(now, before, dark) : [];
  return (
    <ChartCard
      title={texts.byType}
      description={<BarLegend now={daysText(compared.now)} before={daysText(compared.before)} />}
      progress={progress}
      data={
        now && before
          ? {
              fileName: `compared-by-type-${compared.now.start}-${compared.before.start}`,
              columns: barColumns<BarRow>(texts.type),
              rows,
            }
          : null
      }
      pendingHeight={PENDING_ROWS * BAR_ROW_PX}
      empty={now && before && rows.length === 0 && <NothingFace isDark={dark.now && dark.before} />}
    >
      <BarList name={texts.byType} rows={rows} />
    </ChartCard>
  );
}
