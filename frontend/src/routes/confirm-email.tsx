import { createFileRoute } from "@tanstack/react-router";
import { ConfirmEmailScreen } from "@/features/account/confirm-email-screen";

export const Route = createFileRoute("/confirm-email")({ component: ConfirmEmailScreen });
