import { createFileRoute } from "@tanstack/react-router";
import { InsightsScreen } from "@/features/insights/insights-screen";
import { insightsSearch } from "@/features/insights/search";

export const Route = createFileRoute("/_app/_station/insights")({
  validateSearch: insightsSearch,
  component: InsightsScreen,
});
