import { createFileRoute } from "@tanstack/react-router";
import { PrintScreen } from "@/features/log/print-screen";
import { logFilters } from "@/features/log/search";

export const Route = createFileRoute("/_app/_station/log_/print")({
  validateSearch: logFilters,
  component: PrintScreen,
});
