import { PageHeader } from "@/components/page-header";

export function InvitationScreen() {
  return <PageHeader title={"Invitation"} />;
}
