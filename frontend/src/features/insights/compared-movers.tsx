import { useQuery } from "@tanstack/react-query";
import { CircleOff, Equal, ListFilter } from "lucide-react";
import type { ButtonName, TopPublic } from "@/client";
import { ButtonLabel } from "@/components/button-label";
import { BAR_ROW_PX, BarLegend, BarList, type BarRow, barColumns } from "@/components/charts/bar-list";
import { ChartCard, progressOf } from "@/components/charts/chart-card";
import { EmptyFace } from "@/components/faces";
import { Card } from "@/components/ui/card";
import { formatNumber } from "@/lib/format";
import { colorOfButton } from "@/lib/type-color";
import { insightsTexts as texts } from "@/texts/insights";
import type { Days } from "./days";
import { daysText } from "./filters";
import { topQuery } from "./queries/read-top";
import { comparedOf } from "./search";
import { totalOf, useCompared } from "./use-compared";
import { useInsights } from "./use-insights";

const MAX_BUTTONS = 200;
const SHOWN = 10;

type Mover = BarRow & { difference: number };

/** How often each button was used; what is beyond the longest list is not known here. */
function countsOf(top: TopPublic): { buttons: Map<string, ButtonName>; counts: Map<string, number>; isCut: boolean } {
  return {
    buttons: new Map(top.data.map(({ button }) => [button.id, button])),
    counts: new Map(top.data.map(({ button, press_count }) => [button.id, press_count])),
    isCut: top.count > top.data.length,
  };
}

function moversOf(topNow: TopPublic, topBefore: TopPublic): Mover[] {
  const now = countsOf(topNow);
  const before = countsOf(topBefore);
  return [...new Map([...before.buttons, ...now.buttons]).values()].flatMap((button) => {
    const nowCount = now.counts.get(button.id) ?? (now.isCut ? null : 0);
    const beforeCount = before.counts.get(button.id) ?? (before.isCut ? null : 0);
    if (nowCount === null || beforeCount === null) return [];
    return [
      {
        key: button.id,
        title: button.title,
        label: <ButtonLabel button={button} />,
        color: colorOfButton(button),
        now: nowCount,
        before: beforeCount,
        difference: nowCount - beforeCount,
      },
    ];
  });
}

function useMovers() {
  const { station, search, today } = useInsights();
  const { compared } = comparedOf(search, today);
  const asked = { order: "most", state: "all", limit: MAX_BUTTONS, ...(search.type && { type: search.type }) } as const;
  const now = useQuery(topQuery(station.id, { ...compared.now, ...asked }));
  const before = useQuery(topQuery(station.id, { ...compared.before, ...asked }));
  const isCut = [now, before].some(({ data }) => data !== undefined && data.count > data.data.length);
  return {
    compared,
    isCut,
    progress: progressOf(now, before),
    movers: now.data && before.data ? moversOf(now.data, before.data) : null,
  };
}

/** Which buttons moved most from one span to the other. */
export function ComparedMovers() {
  const { search, today } = useInsights();
  const { compared } = comparedOf(search, today);
  const { now, before } = useCompared("station");
  if (search.tag !== undefined || search.deck !== undefined) {
    return (
      <Card>
        <EmptyFace icon={ListFilter} title={texts.moversByType} description={texts.moversByTypeHint} />
      </Card>
    );
  }
  const darkDays =
    (now && totalOf(now) === null && compared.now) || (before && totalOf(before) === null && compared.before) || null;
  return (
    <>
      <MoversCard direction={-1} title={texts.fellMost} darkDays={darkDays} />
      <MoversCard direction={1} title={texts.roseMost} darkDays={darkDays} />
    </>
  );
}

function MoversCard({
  direction,
  title,
  darkDays,
}: {
  direction: 1 | -1;
  title: string;
  /** One of the spans, where nothing was recorded in it. */
  darkDays: Days | null;
}) {
  const { compared, isCut, progress, movers } = useMovers();
  const rows = (movers ?? [])
    .filter(({ difference }) => difference * direction > 0)
    .sort((one, other) => (other.difference - one.difference) * direction)
    .slice(0, SHOWN);
  const empty = darkDays ? (
    <EmptyFace
      icon={CircleOff}
      title={texts.nothingBefore}
      description={texts.nothingBeforeHint(daysText(darkDays))}
      className="h-full justify-center"
    />
  ) : (
    movers && rows.length === 0 && <EmptyFace icon={Equal} title={texts.noMovers} className="h-full justify-center" />
  );
  const fileName = `${direction > 0 ? "rose" : "fell"}-${compared.now.start}-${compared.before.start}`;
  return (
    <ChartCard
      title={title}
      description={<BarLegend now={daysText(compared.now)} before={daysText(compared.before)} />}
      footer={isCut && <p className="text-sm text-muted-foreground">{texts.moversOf(formatNumber(MAX_BUTTONS))}</p>}
      progress={progress}
      data={movers ? { fileName, columns: barColumns<Mover>(texts.button), rows } : null}
      bodyClassName="min-h-40"
      pendingHeight={SHOWN * BAR_ROW_PX}
      empty={empty}
    >
      <BarList name={title} rows={rows} />
    </ChartCard>
  );
}
