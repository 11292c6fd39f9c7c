import { PageHeader } from "@/components/page-header";

export function StationScreen() {
  return <PageHeader title={"Station"} />;
}
