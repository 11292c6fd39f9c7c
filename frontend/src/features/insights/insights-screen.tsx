import { type ComponentType, useEffect, useRef } from "react";
import { PageHeader } from "@/components/page-header";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs";
import { useLiveRefetch } from "@/hooks/use-live-refetch";
import { insightsTexts as texts } from "@/texts/insights";
import { CalendarTab } from "./calendar-tab";
import { CompareTab } from "./compare-tab";
import { HoursTab } from "./hours-tab";
import { statsKey } from "./queries/keys";
import { TABS, type Tab } from "./search";
import { TopTab } from "./top-tab";
import { TrendTab } from "./trend-tab";
import { UnusedTab } from "./unused-tab";
import { useInsights } from "./use-insights";

const CONTENT: Record<Tab, ComponentType> = {
  top: TopTab,
  trend: TrendTab,
  hours: HoursTab,
  calendar: CalendarTab,
  compare: CompareTab,
  unused: UnusedTab,
};

export function InsightsScreen() {
  const { station, search, patch } = useInsights();
  const tab = search.tab ?? "top";
  const list = useRef<HTMLDivElement>(null);
  useLiveRefetch(statsKey(station.id));
  // On a phone the list of tabs is wider than the screen.
  useEffect(() => {
    list.current?.querySelector(`[data-tab="${tab}"]`)?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [tab]);

  return (
    <>
      <PageHeader title={texts.title} description={texts.description(station.zone)} />
      <Tabs value={tab} onValueChange={(value) => patch({ tab: value as Tab })} activationMode="manual">
        <TabsList ref={list} className="print:hidden">
          {TABS.map((name) => (
            <TabsTrigger key={name} value={name} data-tab={name}>
              {texts.tabs[name]}
            </TabsTrigger>
          ))}
        </TabsList>
        {TABS.map((name) => {
          const Content = CONTENT[name];
          return (
            <TabsContent key={name} value={name} className="flex flex-col gap-5">
              <Content />
            </TabsContent>
          );
        })}
      </Tabs>
    </>
  );
}
