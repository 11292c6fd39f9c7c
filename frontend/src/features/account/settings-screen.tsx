import { PageHeader } from "@/components/page-header";

export function SettingsScreen() {
  return <PageHeader title={"Settings"} />;
}
