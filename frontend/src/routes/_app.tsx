import { createFileRoute, redirect } from "@tanstack/react-router";
import { setupReadSetupState } from "@/client";
import { AppShell } from "@/components/shell/app-shell";
import { CrashedPage } from "@/components/shell/frameless";
import { sessionQuery } from "@/lib/session";
import { stationsQuery } from "@/lib/station";

export const Route = createFileRoute("/_app")({
  beforeLoad: async ({ context: { queryClient }, location }) => {
    if ((await queryClient.ensureQueryData(sessionQuery())) !== null) return;
    if ((await setupReadSetupState()).is_needed) throw redirect({ to: "/setup" });
    throw redirect({ to: "/login", state: { from: location.href } });
  },
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(stationsQuery()),
  component: AppShell,
  errorComponent: CrashedPage,
});
