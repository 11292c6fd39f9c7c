import { createFileRoute } from "@tanstack/react-router";
import { StopMailScreen } from "@/features/account/stop-mail-screen";

export const Route = createFileRoute("/stop-mail")({ component: StopMailScreen });
