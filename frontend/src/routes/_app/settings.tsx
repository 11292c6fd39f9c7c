import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod/mini";
import { SETTINGS_TABS } from "@/features/account/settings/tabs";
import { SettingsScreen } from "@/features/account/settings-screen";

export const Route = createFileRoute("/_app/settings")({
  validateSearch: z.object({ tab: z.catch(z.optional(z.enum(SETTINGS_TABS)), undefined) }),
  component: SettingsScreen,
});
