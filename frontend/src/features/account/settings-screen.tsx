import { getRouteApi } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect, useRef } from "react";
import { RowsSkeleton } from "@/components/faces";
import { PageHeader } from "@/components/page-header";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "@/components/ui/tabs";
import { settingsTexts } from "@/texts/settings";
import { AppearanceTab } from "./settings/appearance-tab";
import { DangerTab } from "./settings/danger-tab";
import { PasswordTab } from "./settings/password-tab";
import { ProfileTab } from "./settings/profile-tab";
import { SETTINGS_TABS, type SettingsTab } from "./settings/tabs";

const SessionsTab = lazy(async () => ({ default: (await import("./settings/sessions-tab")).SessionsTab }));
const TokensTab = lazy(async () => ({ default: (await import("./settings/tokens-tab")).TokensTab }));

const CONTENTS: Record<SettingsTab, () => ReactNode> = {
  profile: () => <ProfileTab />,
  password: () => <PasswordTab />,
  appearance: () => <AppearanceTab />,
  sessions: () => <SessionsTab />,
  tokens: () => <TokensTab />,
  danger: () => <DangerTab />,
};

const route = getRouteApi("/_app/settings");

/** Everything about the own account. */
export function SettingsScreen() {
  const { tab = "profile" } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <PageHeader title={settingsTexts.title} />
      <Tabs
        value={tab}
        onValueChange={(chosen) => {
          void navigate({ search: (before) => ({ ...before, tab: chosen as SettingsTab }), replace: true });
        }}
      >
        <TabsList ref={useActiveTabInView(tab)}>
          {SETTINGS_TABS.map((name) => (
            <TabsTrigger key={name} value={name}>
              {settingsTexts.tabs[name]}
            </TabsTrigger>
          ))}
        </TabsList>
        {SETTINGS_TABS.map((name) => (
          <TabsContent key={name} value={name} className="max-w-3xl">
            <Suspense fallback={<RowsSkeleton rows={3} rowClassName="h-16" />}>{CONTENTS[name]()}</Suspense>
          </TabsContent>
        ))}
      </Tabs>
    </>
  );
}

/** On a phone the tabs are wider than the screen: the one that is open is scrolled to. */
function useActiveTabInView(tab: SettingsTab) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector(`[id$="trigger-${tab}"]`)?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [tab]);
  return list;
}
