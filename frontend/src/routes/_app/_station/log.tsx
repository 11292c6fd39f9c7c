import { createFileRoute } from "@tanstack/react-router";
import { LogScreen } from "@/features/log/log-screen";
import { logSearch } from "@/features/log/search";

export const Route = createFileRoute("/_app/_station/log")({ validateSearch: logSearch, component: LogScreen });
