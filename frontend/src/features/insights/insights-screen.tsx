import { PageHeader } from "@/components/page-header";

export function InsightsScreen() {
  return <PageHeader title={"Insights"} />;
}
