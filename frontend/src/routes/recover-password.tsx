import { createFileRoute } from "@tanstack/react-router";
import { RecoverPasswordScreen } from "@/features/account/recover-password-screen";

export const Route = createFileRoute("/recover-password")({ component: RecoverPasswordScreen });
