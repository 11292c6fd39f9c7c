import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ComponentType, lazy } from "react";
import type { StationPublic } from "@/client";
import { PageHeader } from "@/components/page-header";
import { UrlTabs } from "@/components/url-tabs";
import { canEdit, isOwner, useStation } from "@/lib/station";
import { roleTexts } from "@/texts/roles";
import { stationTexts } from "@/texts/station";
import { STATION_TABS, type StationTab } from "./search";
import { SettingsTab } from "./settings/settings-tab";

const CONTENTS: Record<StationTab, ComponentType> = {
  settings: SettingsTab,
  decks: lazy(async () => ({ default: (await import("./decks/decks-tab")).DecksTab })),
  members: lazy(async () => ({ default: (await import("./members/members-tab")).MembersTab })),
  mails: lazy(async () => ({ default: (await import("./mails/mails-tab")).MailsTab })),
  addresses: lazy(async () => ({ default: (await import("./addresses/addresses-tab")).AddressesTab })),
  audit: lazy(async () => ({ default: (await import("./audit/audit-tab")).AuditTab })),
};

/** Whether the server would answer who has this role. */
function isOpenTo(station: StationPublic, tab: StationTab): boolean {
  if (tab === "audit") return isOwner(station);
  return tab !== "addresses" || canEdit(station);
}

/** The station itself: what it is, its decks, its people, its mails. */
export function StationScreen() {
  const station = useStation();
  const { tab = "settings" } = useSearch({ from: "/_app/_station/station" });
  const navigate = useNavigate({ from: "/station" });
  const open = STATION_TABS.filter((each) => isOpenTo(station, each));
  const tabs = open.map((id) => ({ id, label: stationTexts.tabs[id], Content: CONTENTS[id] }));
  return (
    <>
      <PageHeader title={stationTexts.title} description={stationTexts.description(roleTexts[station.role].one)} />
      <UrlTabs
        label={stationTexts.title}
        tabs={tabs}
        shown={open.includes(tab) ? tab : "settings"}
        onShow={(shown) => void navigate({ search: { tab: shown === "settings" ? undefined : shown } })}
      />
    </>
  );
}
