import { createFileRoute, redirect } from "@tanstack/react-router";
import { ResetPasswordScreen } from "@/features/account/reset-password-screen";

export const Route = createFileRoute("/reset-password")({
  // A link that was made by hand may have its token there; it goes where it is not sent again.
  beforeLoad: ({ location }) => {
    const token = new URLSearchParams(location.searchStr).get("token");
    if (token !== null) throw redirect({ to: "/reset-password", hash: `token=${token}`, replace: true });
  },
  component: ResetPasswordScreen,
});
