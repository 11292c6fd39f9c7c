import { PageHeader } from "@/components/page-header";

export function StopMailScreen() {
  return <PageHeader title={"StopMail"} />;
}
