import { createFileRoute } from "@tanstack/react-router";
import { InvitationScreen } from "@/features/account/invitation-screen";

export const Route = createFileRoute("/invitation")({ component: InvitationScreen });
