import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Grid3x3, Plus, SearchX } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect } from "react";
import type { ButtonPublic } from "@/client";
import { EmptyFace, ErrorFace } from "@/components/faces";
import { PageHeader } from "@/components/page-header";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { useIsPhone } from "@/hooks/use-media-query";
import { canEdit, useStation } from "@/lib/station";
import { buttonsTexts } from "@/texts/buttons";
import { ButtonActions, useButtonActions } from "./actions/button-actions";
import { buttonsQuery } from "./queries/list-buttons";
import { type ButtonsSearch, columnsOf, DEFAULT_PAGE_SIZE, isFiltered, listingOf } from "./search";
import { ButtonCards } from "./table/button-cards";
import { ButtonsTable } from "./table/buttons-table";
import { Pager } from "./table/pager";
import { type ChangeSearch, NO_FILTERS, Toolbar } from "./table/toolbar";
import { useKeptFocus } from "./table/use-kept-focus";
import { useSelection } from "./table/use-selection";

const BulkBar = lazy(async () => ({ default: (await import("./bulk/bulk-bar")).BulkBar }));
const NO_BUTTONS: ButtonPublic[] = [];

/** All buttons of the station. What is shown of them stands in the address. */
export function ButtonsScreen({ search }: { search: ButtonsSearch }) {
  return (
    <ButtonActions>
      <ButtonList search={search} />
    </ButtonActions>
  );
}

function ButtonList({ search }: { search: ButtonsSearch }) {
  const station = useStation();
  const isPhone = useIsPhone();
  const change = useChangeSearch();
  const listing = listingOf(search);
  const { data, error, isPlaceholderData, refetch } = useQuery(buttonsQuery(station.id, listing));
  const selection = useSelection(data?.data ?? NO_BUTTONS);
  const keptFocus = useKeptFocus<HTMLElement>();
  useAskedForm(search.create === true && canEdit(station), change);

  const shared = { buttons: data?.data, selection, isStale: isPlaceholderData };
  const isEmpty = data !== undefined && data.data.length === 0;
  return (
    <>
      <Header count={data?.count} />
      <Toolbar search={search} isPhone={isPhone} isListThere={data !== undefined} change={change} />
      <Card className="gap-0 overflow-hidden p-0 outline-none sm:p-0" {...keptFocus}>
        {error !== null && data === undefined ? (
          <ErrorFace error={error} onRetry={() => void refetch()} />
        ) : isEmpty ? (
          <NothingThere search={search} count={data.count} change={change} />
        ) : isPhone ? (
          <ButtonCards {...shared} />
        ) : (
          <ButtonsTable
            {...shared}
            sort={listing.sort}
            shown={columnsOf(search)}
            onSort={(sort) => change({ sort: sort === "title" ? undefined : sort })}
          />
        )}
        {data !== undefined && !isEmpty && (
          <Pager
            page={search.page ?? 1}
            size={search.size ?? DEFAULT_PAGE_SIZE}
            count={data.count}
            onPage={(page) => change({ page: page === 1 ? undefined : page })}
            onSize={(size) => change({ size: size === DEFAULT_PAGE_SIZE ? undefined : size })}
          />
        )}
      </Card>
      {selection.buttons.length > 0 && (
        <Suspense fallback={null}>
          <BulkBar buttons={selection.buttons} onClear={selection.clear} />
        </Suspense>
      )}
    </>
  );
}

/** What does not change which buttons are listed, and so leaves the page as it is. */
const OF_THE_VIEW = ["columns", "create"] as const satisfies (keyof ButtonsSearch)[];

/** Changes what the address says, and goes back to the first page but where the page itself is changed. */
function useChangeSearch(): ChangeSearch {
  const navigate = useNavigate({ from: "/buttons/" });
  return useCallback(
    (changes, { replace = false } = {}) =>
      void navigate({
        search: (before) => ({
          ...before,
          page: OF_THE_VIEW.some((name) => name in changes) ? before.page : undefined,
          ...changes,
        }),
        replace,
        resetScroll: "page" in changes,
      }),
    [navigate],
  );
}

/** Opens the form of a new button for whoever came by a link that asks for it; once, so that a reload does not. */
function useAskedForm(isAsked: boolean, change: ChangeSearch): void {
  const { openForm } = useButtonActions();
  useEffect(() => {
    if (!isAsked) return;
    openForm(null);
    change({ create: undefined }, { replace: true });
  }, [isAsked, openForm, change]);
}

function Header({ count }: { count: number | undefined }) {
  const isEditor = canEdit(useStation());
  const { openForm } = useButtonActions();
  return (
    <PageHeader title={buttonsTexts.title} description={count === undefined ? "\u00A0" : buttonsTexts.counted(count)}>
      {isEditor && (
        <Button onClick={() => openForm(null)}>
          <Plus aria-hidden="true" />
          {buttonsTexts.newButton}
        </Button>
      )}
    </PageHeader>
  );
}

/** Why the list is empty: past its end, narrowed too far, or nothing is there yet. */
function NothingThere({ search, count, change }: { search: ButtonsSearch; count: number; change: ChangeSearch }) {
  const isEditor = canEdit(useStation());
  const { openForm } = useButtonActions();
  if (count > 0) {
    return (
      <EmptyFace icon={SearchX} title={buttonsTexts.pastEnd} description={buttonsTexts.pastEndHint(count)}>
        <Button variant="outline" onClick={() => change({ page: undefined })}>
          {buttonsTexts.firstPage}
        </Button>
      </EmptyFace>
    );
  }
  if (isFiltered(search)) {
    return (
      <EmptyFace icon={SearchX} title={buttonsTexts.nothingFound} description={buttonsTexts.nothingFoundHint}>
        <Button variant="outline" onClick={() => change(NO_FILTERS)}>
          {buttonsTexts.clearFilters}
        </Button>
      </EmptyFace>
    );
  }
  return (
    <EmptyFace
      icon={Grid3x3}
      title={buttonsTexts.empty}
      description={isEditor ? buttonsTexts.emptyHint : buttonsTexts.emptyHintViewer}
    >
      {isEditor && (
        <Button onClick={() => openForm(null)}>
          <Plus aria-hidden="true" />
          {buttonsTexts.newButton}
        </Button>
      )}
      <Button variant="outline" onClick={() => change({ state: "retired" })}>
        {buttonsTexts.showRetired}
      </Button>
    </EmptyFace>
  );
}
