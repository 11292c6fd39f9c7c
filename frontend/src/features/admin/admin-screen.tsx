import { useNavigate, useSearch } from "@tanstack/react-router";
import { ShieldX } from "lucide-react";
import { type ComponentType, lazy } from "react";
import { PageHeader } from "@/components/page-header";
import { UrlTabs } from "@/components/url-tabs";
import { usePageTitle } from "@/hooks/use-page-title";
import { useUser } from "@/lib/session";
import { adminTexts } from "@/texts/admin";
import { ADMIN_TABS, type AdminTab } from "./search";

const CONTENTS: Record<AdminTab, ComponentType> = {
  users: lazy(async () => ({ default: (await import("./users/users-tab")).UsersTab })),
  stations: lazy(async () => ({ default: (await import("./stations/stations-tab")).StationsTab })),
  audit: lazy(async () => ({ default: (await import("./audit/audit-tab")).AuditTab })),
  health: lazy(async () => ({ default: (await import("./health/health-tab")).HealthTab })),
  mail: lazy(async () => ({ default: (await import("./mail/mail-tab")).MailTab })),
};
const TABS = ADMIN_TABS.map((id) => ({ id, label: adminTexts.tabs[id], Content: CONTENTS[id] }));

/** The instance, for those who run it; the others are told that it is not theirs. */
export function AdminScreen() {
  const user = useUser();
  const { tab = "users" } = useSearch({ from: "/_app/admin" });
  const navigate = useNavigate({ from: "/admin" });
  if (!user.is_superuser) return <AccessDenied />;
  return (
    <>
      <PageHeader title={adminTexts.title} />
      <UrlTabs
        label={adminTexts.title}
        tabs={TABS}
        shown={tab}
        onShow={(shown) => void navigate({ search: { tab: shown === "users" ? undefined : shown } })}
      />
    </>
  );
}

function AccessDenied() {
  usePageTitle(adminTexts.denied);
  return (
    <div className="flex flex-col items-center gap-3 px-4 py-16 text-center">
      <ShieldX className="size-8 text-muted-foreground" aria-hidden="true" />
      <h1 className="text-xl font-semibold">{adminTexts.denied}</h1>
      <p className="max-w-md text-sm text-muted-foreground">{adminTexts.deniedHint}</p>
    </div>
  );
}
