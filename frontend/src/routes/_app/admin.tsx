import { createFileRoute } from "@tanstack/react-router";
import { AdminScreen } from "@/features/admin/admin-screen";
import { adminSearch } from "@/features/admin/search";

export const Route = createFileRoute("/_app/admin")({ validateSearch: adminSearch, component: AdminScreen });
