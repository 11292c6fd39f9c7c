import { getRouteApi } from "@tanstack/react-router";
import { type ComponentType, lazy } from "react";
import { PageHeader } from "@/components/page-header";
import { UrlTabs } from "@/components/url-tabs";
import { settingsTexts } from "@/texts/settings";
import { AppearanceTab } from "./settings/appearance-tab";
import { DangerTab } from "./settings/danger-tab";
import { PasswordTab } from "./settings/password-tab";
import { ProfileTab } from "./settings/profile-tab";
import { SETTINGS_TABS, type SettingsTab } from "./settings/tabs";

const CONTENTS: Record<SettingsTab, ComponentType> = {
  profile: ProfileTab,
  password: PasswordTab,
  appearance: AppearanceTab,
  sessions: lazy(async () => ({ default: (await import("./settings/sessions-tab")).SessionsTab })),
  tokens: lazy(async () => ({ default: (await import("./settings/tokens-tab")).TokensTab })),
  danger: DangerTab,
};
const TABS = SETTINGS_TABS.map((id) => ({ id, label: settingsTexts.tabs[id], Content: CONTENTS[id] }));

const route = getRouteApi("/_app/settings");

/** Everything about the own account. */
export function SettingsScreen() {
  const { tab = "profile" } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <PageHeader title={settingsTexts.title} />
      <UrlTabs
        label={settingsTexts.title}
        tabs={TABS}
        shown={tab}
        onShow={(shown) => void navigate({ search: { tab: shown === "profile" ? undefined : shown } })}
        contentClassName="max-w-3xl"
      />
    </>
  );
}
