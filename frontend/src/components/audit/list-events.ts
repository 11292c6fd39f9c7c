import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { type Action, auditListAuditEvents } from "@/client";
import type { AuditSearch } from "@/lib/audit-search";
import { addDays } from "@/lib/format";
import { stationKey } from "@/lib/station";
import { startOfDay } from "@/lib/zone-time";
import { actionTexts } from "@/texts/audit";

const PAGE_SIZE = 50;

export const isAction = (value: string | undefined): value is Action => value !== undefined && value in actionTexts;

const instant = (day: string, zone: string) => startOfDay(day, zone).toISOString();

/** What was noted in a station, or on all of the server where none is given, newest first and a page at a time. */
export const auditQuery = (stationId: string | null, { action, user, from, to }: AuditSearch, zone: string) =>
  infiniteQueryOptions({
    queryKey: [
      ...(stationId === null ? ["instance"] : stationKey(stationId)),
      "audit",
      { action, user, from, to, zone },
    ],
    queryFn: ({ pageParam, signal }) =>
      auditListAuditEvents({
        query: {
          limit: PAGE_SIZE,
          ...(stationId !== null && { station_id: stationId }),
          ...(isAction(action) && { action }),
          ...(user !== undefined && { user_id: user }),
          ...(from !== undefined && { start: instant(from, zone) }),
          ...(to !== undefined && { end: instant(addDays(to, 1), zone) }),
          ...(pageParam !== null && { cursor: pageParam }),
        },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    // What was just done elsewhere is what one comes here for.
    staleTime: 0,
  });
