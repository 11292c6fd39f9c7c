import { PageHeader } from "@/components/page-header";

export function RecoverPasswordScreen() {
  return <PageHeader title={"RecoverPassword"} />;
}
