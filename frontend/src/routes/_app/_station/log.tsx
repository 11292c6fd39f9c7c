import { createFileRoute } from "@tanstack/react-router";
import { LogScreen } from "@/features/log/log-screen";

export const Route = createFileRoute("/_app/_station/log")({ component: LogScreen });
