import { PageHeader } from "@/components/page-header";

export function SetupScreen() {
  return <PageHeader title={"Setup"} />;
}
