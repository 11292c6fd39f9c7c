import { z } from "zod/mini";

const day = z.catch(z.optional(z.iso.date()), undefined);

/** What the address says of the audit that is shown: what was done, by whom, and on which days, the last one included. */
export const auditSearchShape = {
  action: z.catch(z.optional(z.string()), undefined),
  user: z.catch(z.optional(z.uuid()), undefined),
  from: day,
  to: day,
};

export type AuditSearch = {
  action?: string | undefined;
  user?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
};
