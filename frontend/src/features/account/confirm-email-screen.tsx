import { PageHeader } from "@/components/page-header";

export function ConfirmEmailScreen() {
  return <PageHeader title={"ConfirmEmail"} />;
}
