import { PageHeader } from "@/components/page-header";

export function LogScreen() {
  return <PageHeader title={"Log"} />;
}
