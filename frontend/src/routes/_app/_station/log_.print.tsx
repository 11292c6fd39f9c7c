import { createFileRoute } from "@tanstack/react-router";
import { PrintScreen } from "@/features/log/print-screen";
import { logView } from "@/features/log/search";

export const Route = createFileRoute("/_app/_station/log_/print")({
  validateSearch: logView,
  component: PrintScreen,
});
