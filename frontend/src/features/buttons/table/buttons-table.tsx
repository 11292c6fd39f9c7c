import { type SortingState, type Updater, useTable } from "@tanstack/react-table";
import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import { useMemo } from "react";
import type { ButtonPublic, ButtonSort } from "@/client";
import { Skeleton } from "@/components/ui/skeleton";
import { Table, TableBody, TableCaption, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { cn } from "@/lib/cn";
import { canEdit, useStation } from "@/lib/station";
import { buttonsTexts } from "@/texts/buttons";
import { COLUMNS, type ColumnId, SORTS } from "../search";
import { columns, features } from "./columns";
import type { Selection } from "./use-selection";

const NO_BUTTONS: ButtonPublic[] = [];
const SKELETON_ROWS = 12;

const sortingOf = (sort: ButtonSort): SortingState => [{ id: sort.replace(/^-/, ""), desc: sort.startsWith("-") }];

function sortOf([first]: SortingState): ButtonSort | undefined {
  if (first === undefined) return undefined;
  return SORTS.find((sort) => sort === `${first.desc ? "-" : ""}${first.id}`);
}

/** The page of buttons as a table; grey rows of the same height while `buttons` are not there. */
export function ButtonsTable({
  buttons,
  sort,
  shown,
  selection,
  isStale,
  onSort,
}: {
  buttons: ButtonPublic[] | undefined;
  sort: ButtonSort;
  shown: readonly ColumnId[];
  selection: Selection;
  isStale: boolean;
  onSort: (sort: ButtonSort | undefined) => void;
}) {
  const isEditor = canEdit(useStation());
  const sorting = useMemo(() => sortingOf(sort), [sort]);
  const columnVisibility = useMemo(() => visibilityOf(shown, { isEditor }), [shown, isEditor]);
  const table = useTable({
    features,
    columns,
    data: buttons ?? NO_BUTTONS,
    getRowId: (button) => button.id,
    manualSorting: true,
    enableSortingRemoval: false,
    enableMultiSort: false,
    enableSubRowSelection: false,
    state: { sorting, columnVisibility, rowSelection: selection.rowSelection },
    onSortingChange: (updater: Updater<SortingState>) =>
      onSort(sortOf(typeof updater === "function" ? updater(sorting) : updater)),
    onRowSelectionChange: selection.change,
  });
  const visible = table.getVisibleLeafColumns();

  return (
    <Table className={cn("transition-opacity", isStale && "opacity-60")} aria-busy={buttons === undefined || isStale}>
      <TableCaption className="sr-only">{buttonsTexts.caption}</TableCaption>
      <TableHeader>
        {table.getHeaderGroups().map((group) => (
          // Nobody knows how wide a column is before its cells are there, so its name comes with them: nothing jumps.
          <TableRow key={`${group.id} ${buttons === undefined}`} className={cn(buttons === undefined && "*:invisible")}>
            {group.headers.map((header) => (
              <SortableHead
                key={header.id}
                className={header.column.columnDef.meta?.className}
                sorted={header.column.getIsSorted()}
                onToggle={header.column.getCanSort() ? () => header.column.toggleSorting() : undefined}
              >
                <table.FlexRender header={header} />
              </SortableHead>
            ))}
          </TableRow>
        ))}
      </TableHeader>
      <TableBody>
        {buttons === undefined
          ? Array.from({ length: SKELETON_ROWS }, (_, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike and never move
              <TableRow key={row} className="h-12">
                <TableCell colSpan={visible.length} className="px-4">
                  <Skeleton className="h-5 w-full" />
                </TableCell>
              </TableRow>
            ))
          : table.getRowModel().rows.map((row) => (
              <TableRow
                key={row.id}
                className="h-12 hover:bg-muted/60"
                data-state={row.getIsSelected() ? "selected" : undefined}
              >
                {row.getVisibleCells().map((cell) => (
                  <TableCell key={cell.id} className={cn("py-1.5", cell.column.columnDef.meta?.className)}>
                    <table.FlexRender cell={cell} />
                  </TableCell>
                ))}
              </TableRow>
            ))}
      </TableBody>
    </Table>
  );
}

function visibilityOf(shown: readonly ColumnId[], { isEditor }: { isEditor: boolean }): Record<string, boolean> {
  const chosen = Object.fromEntries(COLUMNS.map((column) => [column, shown.includes(column)]));
  return isEditor ? chosen : { ...chosen, keys: false, select: false, actions: false };
}

const ARIA_SORT = { asc: "ascending", desc: "descending" } as const;

function SortableHead({
  sorted,
  onToggle,
  className,
  children,
}: {
  sorted: false | "asc" | "desc";
  onToggle: (() => void) | undefined;
  className: string | undefined;
  children: React.ReactNode;
}) {
  if (onToggle === undefined) return <TableHead className={className}>{children}</TableHead>;
  const Icon = sorted === "asc" ? ArrowUp : sorted === "desc" ? ArrowDown : ChevronsUpDown;
  return (
    <TableHead className={className} aria-sort={sorted ? ARIA_SORT[sorted] : undefined}>
      <button
        type="button"
        onClick={onToggle}
        className={cn(
          "group inline-flex h-8 items-center gap-1 rounded-sm whitespace-nowrap outline-none hover:text-foreground focus-visible:ring-2 focus-visible:ring-ring",
          sorted && "text-foreground",
          // So that a number stands right below the name of its column.
          className?.includes("text-right") && "flex-row-reverse",
        )}
      >
        {children}
        <Icon
          aria-hidden="true"
          className={cn("size-3.5", !sorted && "opacity-0 group-hover:opacity-60 group-focus-visible:opacity-60")}
        />
      </button>
    </TableHead>
  );
}
