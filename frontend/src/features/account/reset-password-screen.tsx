import { PageHeader } from "@/components/page-header";

export function ResetPasswordScreen() {
  return <PageHeader title={"ResetPassword"} />;
}
