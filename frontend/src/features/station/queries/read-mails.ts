import { queryOptions } from "@tanstack/react-query";
import { mailsReadOwnMails } from "@/client";
import { stationKey } from "@/lib/station";

/** Which mails of a station the user gets. */
export const mailsQuery = (stationId: string) =>
  queryOptions({
    queryKey: [...stationKey(stationId), "mails"] as const,
    queryFn: () => mailsReadOwnMails({ path: { station_id: stationId } }),
  });
