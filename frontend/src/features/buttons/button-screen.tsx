import { PageHeader } from "@/components/page-header";

export function ButtonScreen({ buttonId }: { buttonId: string }) {
  return <PageHeader title={buttonId} />;
}
