import type { ComponentType } from "react";
import { PageHeader } from "@/components/page-header";
import { UrlTabs } from "@/components/url-tabs";
import { insightsTexts as texts } from "@/texts/insights";
import { CalendarTab } from "./calendar-tab";
import { CompareTab } from "./compare-tab";
import { HoursTab } from "./hours-tab";
import { TABS, type Tab } from "./search";
import { TopTab } from "./top-tab";
import { TrendTab } from "./trend-tab";
import { UnusedTab } from "./unused-tab";
import { useInsights } from "./use-insights";

const CONTENTS: Record<Tab, ComponentType> = {
  top: TopTab,
  trend: TrendTab,
  hours: HoursTab,
  calendar: CalendarTab,
  compare: CompareTab,
  unused: UnusedTab,
};
const URL_TABS = TABS.map((id) => ({ id, label: texts.tabs[id], Content: CONTENTS[id] }));

export function InsightsScreen() {
  const { station, search, patch } = useInsights();
  return (
    <>
      <PageHeader title={texts.title} description={texts.description(station.zone)} />
      <UrlTabs
        label={texts.title}
        tabs={URL_TABS}
        shown={search.tab ?? "top"}
        onShow={(tab) => patch({ tab })}
        activationMode="manual"
        contentClassName="flex flex-col gap-5"
      />
    </>
  );
}
