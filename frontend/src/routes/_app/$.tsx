import { createFileRoute } from "@tanstack/react-router";
import { NotFoundScreen } from "@/components/shell/screens";

/** Whatever is no address of a screen, in the frame. Who is not logged in is asked to log in first, as everywhere. */
export const Route = createFileRoute("/_app/$")({ component: NotFoundScreen });
