import { useInfiniteQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import type { EventPublic } from "@/client";
import { EmptyFace, ErrorFace, RowsSkeleton } from "@/components/faces";
import { Button } from "@/components/ui/button";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import type { AuditSearch } from "@/lib/audit-search";
import { cn } from "@/lib/cn";
import { messageOf } from "@/lib/problem";
import { auditTexts } from "@/texts/audit";
import { AuditFilters, type Person } from "./audit-filters";
import { AuditTable } from "./audit-table";
import { auditQuery } from "./list-events";

/** Who did what, when and from where: in a station, or on all of the server where `stationId` is null. */
export function AuditLog({
  stationId,
  zone,
  search,
  onSearch,
  people,
  nameOfStation,
}: {
  stationId: string | null;
  zone: string;
  search: AuditSearch;
  onSearch: (changes: AuditSearch) => void;
  /** Who may be chosen; whoever stands in a line that is shown may be besides. */
  people: readonly Person[];
  nameOfStation?: (stationId: string) => string | undefined;
}) {
  const {
    data,
    error,
    refetch,
    fetchNextPage,
    hasNextPage,
    isFetchingNextPage,
    isPlaceholderData,
    isFetchNextPageError,
  } = useInfiniteQuery(auditQuery(stationId, search, zone));
  const events = data?.pages.flatMap((page) => page.data);
  return (
    <Card>
      <CardHeader>
        <div>
          <CardTitle>{auditTexts.title}</CardTitle>
          <CardDescription>{stationId === null ? auditTexts.ofInstance : auditTexts.ofStation}</CardDescription>
        </div>
      </CardHeader>
      <AuditFilters
        search={search}
        onSearch={onSearch}
        people={withActors(people, events ?? [])}
        isOfStation={stationId !== null}
      />
      {events === undefined ? (
        error === null ? (
          <RowsSkeleton rows={10} />
        ) : (
          <ErrorFace error={error} onRetry={() => void refetch()} />
        )
      ) : events.length === 0 ? (
        <NoEvents search={search} />
      ) : (
        <div className={cn("flex flex-col gap-3", isPlaceholderData && "opacity-60")}>
          <AuditTable
            events={events}
            zone={zone}
            onActor={(user) => onSearch({ user })}
            {...(nameOfStation && { nameOfStation })}
          />
          {isFetchNextPageError && (
            <p role="alert" className="text-center text-sm text-destructive">
              {messageOf(error)}
            </p>
          )}
          {hasNextPage ? (
            <Button
              variant="outline"
              className="self-center"
              disabled={isFetchingNextPage}
              onClick={() => void fetchNextPage()}
            >
              {auditTexts.more}
            </Button>
          ) : (
            <p className="text-center text-sm text-muted-foreground">{auditTexts.end}</p>
          )}
        </div>
      )}
    </Card>
  );
}

function NoEvents({ search }: { search: AuditSearch }) {
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  return (
    <EmptyFace
      icon={History}
      title={isFiltered ? auditTexts.noMatch : auditTexts.empty}
      description={isFiltered ? auditTexts.noMatchHint : auditTexts.emptyHint}
    />
  );
}

/** With those who did something that is shown: somebody who left the station is not among its members. */
function withActors(people: readonly Person[], events: readonly EventPublic[]): Person[] {
  const found = new Map(people.map((person) => [person.id, person.name]));
  for (const { actor } of events) {
    if (actor.user_id !== null && actor.name !== null && !found.has(actor.user_id)) {
      found.set(actor.user_id, actor.name);
    }
  }
  return [...found].map(([id, name]) => ({ id, name })).sort((one, other) => one.name.localeCompare(other.name));
}
