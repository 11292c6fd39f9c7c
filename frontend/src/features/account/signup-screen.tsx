import { PageHeader } from "@/components/page-header";

export function SignupScreen() {
  return <PageHeader title={"Signup"} />;
}
