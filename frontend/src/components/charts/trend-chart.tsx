import { useId } from "react";
import { Bar, CartesianGrid, ComposedChart, Line, Tooltip, XAxis, YAxis } from "recharts";
import { useElementWidth } from "@/hooks/use-element-width";
import { formatCompact } from "@/lib/format";
import { chartTexts } from "@/texts/charts";
import { dashOf } from "./series-style";
import type { TrendChartProps, TrendPoint } from "./trend";
import { TrendTooltip } from "./trend-tooltip";

const MARGIN = { top: 8, right: 8, bottom: 0, left: 0 };
const AXIS = { stroke: "var(--border)", tick: { fill: "var(--muted-foreground)", fontSize: 12 } };
// A moment of silence in a day would be too thin to be seen.
const LEAST_MARK = 0.04;

const silence = ({ silentShare, isDark }: TrendPoint): number | null => {
  if (isDark) return 1;
  return silentShare > 0 ? Math.max(silentShare, LEAST_MARK) : null;
};

/**
 * Counts over time, as lines or as bars. Spans without recording are hatched, and a line is broken there.
 *
 * In a file of its own, with the library that draws it: import it by `TrendChart` of lazy-charts.tsx.
 */
export function TrendChart({ kind, name, series, points, height, hiddenKeys, isStacked = false }: TrendChartProps) {
  const [frame, width] = useElementWidth();
  const hatch = useId();
  const shown = series.map((each, place) => ({ ...each, place })).filter(({ key }) => !hiddenKeys?.has(key));
  const countAt = (place: number) => (point: TrendPoint) => point.values[place] ?? null;
  return (
    <div
      ref={frame}
      style={{ height }}
      className="[&_svg]:rounded-md [&_svg:focus-visible]:outline-2 [&_svg]:outline-ring"
    >
      {width > 0 && (
        <ComposedChart
          width={width}
          height={height}
          data={points as TrendPoint[]}
          margin={MARGIN}
          aria-label={chartTexts.withKeys(name)}
          barCategoryGap={points.length > 60 ? 1 : "18%"}
        >
          <defs>
            <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <line
                x1="0"
                y1="0"
                x2="0"
                y2="6"
                stroke="var(--muted-foreground)"
                strokeOpacity="0.55"
                strokeWidth="1.5"
              />
            </pattern>
          </defs>
          <CartesianGrid vertical={false} stroke="var(--border)" />
          <XAxis dataKey="label" {...AXIS} tickLine={false} minTickGap={24} interval="equidistantPreserveStart" />
          <YAxis
            {...AXIS}
            axisLine={false}
            tickLine={false}
            width={44}
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
            fill={`url(#${CSS.escape(hatch)})`}
            isAnimationActive={false}
            barSize={Math.max(2, (width - 52) / Math.max(points.length, 1))}
          />
          {shown.map(({ key, title, color, place }) =>
            kind === "bars" ? (
              <Bar
                key={key}
                name={title}
                dataKey={countAt(place)}
                fill={color}
                stackId={isStacked ? "all" : undefined}
                radius={points.length > 60 ? 0 : 2}
                isAnimationActive={false}
              />
            ) : (
              <Line
                key={key}
                name={title}
                dataKey={countAt(place)}
                stroke={color}
                strokeWidth={2}
                strokeDasharray={dashOf(place)}
                type="linear"
                dot={points.length === 1}
                activeDot={{ r: 4, stroke: "var(--card)", strokeWidth: 2 }}
                connectNulls={false}
                isAnimationActive={false}
              />
            ),
          )}
        </ComposedChart>
      )}
    </div>
  );
}
