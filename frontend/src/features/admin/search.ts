import { z } from "zod/mini";
import { auditSearchShape } from "@/lib/audit-search";
import { searchText } from "@/lib/search-text";

export const ADMIN_TABS = ["users", "stations", "audit", "health", "mail"] as const;
export type AdminTab = (typeof ADMIN_TABS)[number];

/** What the address says: which part is shown, what is looked for in it, and which page of it. */
export const adminSearch = z.object({
  tab: z.catch(z.optional(z.enum(ADMIN_TABS)), undefined),
  q: searchText(200),
  page: z.catch(z.optional(z.int().check(z.gte(1), z.lte(1_000_000))), undefined),
  ...auditSearchShape,
});
