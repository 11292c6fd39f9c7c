import { type ReactElement, useId } from "react";
import { Bar, CartesianGrid, ComposedChart, Line, Tooltip, XAxis, YAxis } from "recharts";
import { useElementWidth } from "@/hooks/use-element-width";
import { formatCompact } from "@/lib/format";
import { chartTexts } from "@/texts/charts";
import { dashOf, UNFINISHED_OPACITY } from "./series-style";
import type { TrendChartProps, TrendPoint, TrendSeries } from "./trend";
import { TrendTooltip } from "./trend-tooltip";

const MARGIN = { top: 8, right: 8, bottom: 0, left: 0 };
const AXIS = { stroke: "var(--border)", tick: { fill: "var(--muted-foreground)", fontSize: 12 } };
const AXIS_PX = 44;
// A moment of silence in a day would be too thin to be seen.
const LEAST_MARK = 0.04;
const MANY = 60;

// Lines that are not drawn would be placed all the same, by the measures of every label.
const noLines = () => [];

const silence = ({ silentShare, isDark }: TrendPoint): number | null => {
  if (isDark) return 1;
  return silentShare > 0 ? Math.max(silentShare, LEAST_MARK) : null;
};

/**
 * Counts over time, as lines or as bars. Spans without recording are hatched, and a line is broken there; what goes on is
 * drawn pale.
 *
 * In a file of its own, with the library that draws it: import it by `TrendChart` of lazy-charts.tsx.
 */
export function TrendChart({ kind, name, series, points, height, hiddenKeys }: TrendChartProps) {
  const [frame, width] = useElementWidth();
  const hatch = `hatch${useId().replaceAll(/\W/g, "")}`;
  const shown = series.map((each, place) => ({ ...each, place })).filter(({ key }) => !hiddenKeys?.has(key));
  const draw = kind === "bars" ? barsOf : linesOf;
  return (
    <div
      ref={frame}
      style={{ height }}
      className="[&_svg]:rounded-md [&_svg]:outline-ring [&_svg:focus-visible]:outline-2"
    >
      {width > 0 && (
        <ComposedChart
          width={width}
          height={height}
          data={points as TrendPoint[]}
          margin={MARGIN}
          aria-label={chartTexts.withKeys(name)}
          barCategoryGap={points.length > MANY ? 1 : "18%"}
        >
          <defs>
            <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <line y2="6" stroke="var(--muted-foreground)" strokeOpacity="0.55" strokeWidth="1.5" />
            </pattern>
          </defs>
          <CartesianGrid vertical={false} verticalCoordinatesGenerator={noLines} stroke="var(--border)" />
          <XAxis dataKey="label" {...AXIS} tickLine={false} minTickGap={24} interval="equidistantPreserveStart" />
          <YAxis
            {...AXIS}
            axisLine={false}
            tickLine={false}
            // There are few, so that all of them fit: without this each is measured, which has the whole page laid out.
            interval={0}
            width={AXIS_PX}
            allowDecimals={false}
            tickFormatter={formatCompact}
          />
          <XAxis xAxisId="silence" dataKey="label" hide />
          <YAxis yAxisId="silence" domain={[0, 1]} hide />
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: "var(--muted-foreground)", fillOpacity: 0.12, stroke: "var(--muted-foreground)" }}
            content={({ active, payload }) => <TrendTooltip isShown={active} payload={payload} series={series} />}
          />
          <Bar
            xAxisId="silence"
            yAxisId="silence"
            dataKey={silence}
            fill={`url(#${hatch})`}
            isAnimationActive={false}
            barSize={Math.max(2, (width - AXIS_PX - MARGIN.right) / Math.max(points.length, 1))}
          />
          {shown.flatMap((each) => draw(each, points))}
        </ComposedChart>
      )}
    </div>
  );
}

type Placed = TrendSeries & { place: number };

/** A line of what is over, and a pale one on to what is not. */
function linesOf({ key, title, color, place }: Placed, points: readonly TrendPoint[]): ReactElement[] {
  const end = points.slice(-2);
  const goesOn = end.at(-1)?.isOver === false;
  const countAt = (point: TrendPoint) => point.values[place] ?? null;
  const style = { name: title, stroke: color, strokeWidth: 2, strokeDasharray: dashOf(place), type: "linear" } as const;
  const activeDot = { r: 4, stroke: "var(--card)", strokeWidth: 2 };
  const over = (
    <Line
      key={key}
      {...style}
      dataKey={(point: TrendPoint) => (point.isOver ? countAt(point) : null)}
      dot={points.length === 1}
      activeDot={activeDot}
      isAnimationActive={false}
    />
  );
  if (!goesOn) return [over];
  return [
    over,
    <Line
      key={`${key}-unfinished`}
      {...style}
      strokeOpacity={UNFINISHED_OPACITY}
      dataKey={(point: TrendPoint) => (end.includes(point) ? countAt(point) : null)}
      dot={points.length === 1}
      activeDot={activeDot}
      isAnimationActive={false}
    />,
  ];
}

function barsOf({ key, title, color, place }: Placed, points: readonly TrendPoint[]): ReactElement[] {
  const countAt = (point: TrendPoint) => point.values[place] ?? null;
  const style = { name: title, fill: color, stackId: key, radius: points.length > MANY ? 0 : 2 };
  const over = (
    <Bar
      key={key}
      {...style}
      dataKey={(point: TrendPoint) => (point.isOver ? countAt(point) : null)}
      isAnimationActive={false}
    />
  );
  if (points.at(-1)?.isOver !== false) return [over];
  return [
    over,
    <Bar
      key={`${key}-unfinished`}
      {...style}
      fillOpacity={UNFINISHED_OPACITY}
      dataKey={(point: TrendPoint) => (point.isOver ? null : countAt(point))}
      isAnimationActive={false}
    />,
  ];
}
