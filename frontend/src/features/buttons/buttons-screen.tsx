import { PageHeader } from "@/components/page-header";

export function ButtonsScreen() {
  return <PageHeader title={"Buttons"} />;
}
