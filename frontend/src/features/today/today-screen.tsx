import { PageHeader } from "@/components/page-header";

export function TodayScreen() {
  return <PageHeader title={"Today"} />;
}
