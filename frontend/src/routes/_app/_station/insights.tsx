import { createFileRoute } from "@tanstack/react-router";
import { InsightsScreen } from "@/features/insights/insights-screen";

export const Route = createFileRoute("/_app/_station/insights")({ component: InsightsScreen });
