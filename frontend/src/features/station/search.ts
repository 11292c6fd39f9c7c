import { z } from "zod/mini";
import { auditSearchShape } from "@/lib/audit-search";

export const STATION_TABS = ["settings", "decks", "members", "mails", "addresses", "audit"] as const;
export type StationTab = (typeof STATION_TABS)[number];

/** What the address says: which part is shown, and what is looked for in the audit. */
export const stationSearch = z.object({
  tab: z.catch(z.optional(z.enum(STATION_TABS)), undefined),
  ...auditSearchShape,
});
