import { PageHeader } from "@/components/page-header";

export function AdminScreen() {
  return <PageHeader title={"Admin"} />;
}
