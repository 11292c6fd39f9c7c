import {
  columnVisibilityFeature,
  createColumnHelper,
  metaHelper,
  rowSelectionFeature,
  rowSortingFeature,
  tableFeatures,
} from "@tanstack/react-table";
import type { ButtonPublic } from "@/client";
import { Ago } from "@/components/ago";
import { Badge } from "@/components/ui/badge";
import { formatDuration, formatNumber } from "@/lib/format";
import { useStation } from "@/lib/station";
import { typeName } from "@/lib/type-name";
import { buttonsTexts } from "@/texts/buttons";
import { RowMenu } from "../actions/row-menu";
import { PressUrl, TagList, TitleLink } from "./row-parts";
import { SelectCheckbox } from "./select-checkbox";

type ColumnMeta = { className?: string };

// The server sorts and pages, so no model of rows is worked out here.
export const features = tableFeatures({
  rowSortingFeature,
  rowSelectionFeature,
  columnVisibilityFeature,
  columnMeta: metaHelper<ColumnMeta>(),
});

const helper = createColumnHelper<typeof features, ButtonPublic>();
const heads = buttonsTexts.columns;
const NUMBER = "text-right tabular-nums";

/** Every column of the table. Its id is the name that the API sorts by and the address has. */
export const columns = helper.columns([
  helper.display({
    id: "select",
    header: ({ table }) => (
      <SelectCheckbox
        checked={table.getIsAllRowsSelected() || (table.getIsSomeRowsSelected() && "indeterminate")}
        label={buttonsTexts.selectPage}
        onToggle={({ target }) => table.toggleAllRowsSelected(target.checked)}
      />
    ),
    cell: ({ row }) => (
      <SelectCheckbox
        checked={row.getIsSelected()}
        label={buttonsTexts.select(row.original.title)}
        onToggle={row.getToggleSelectedHandler()}
      />
    ),
    enableHiding: false,
    meta: { className: "w-10 pl-4" },
  }),
  helper.accessor("title", {
    header: heads.title,
    cell: ({ row }) => <TitleLink button={row.original} />,
    enableHiding: false,
    sortDescFirst: false,
    meta: { className: "min-w-48 max-w-96" },
  }),
  helper.accessor("type", {
    header: heads.type,
    cell: ({ getValue }) => <span className="text-muted-foreground">{typeName(getValue())}</span>,
    sortDescFirst: false,
    meta: { className: "max-w-40 truncate" },
  }),
  helper.accessor("tags", {
    header: heads.tags,
    cell: ({ getValue }) => <TagList tags={getValue()} />,
    enableSorting: false,
  }),
  helper.accessor("usage_count", {
    header: heads.usage_count,
    cell: ({ getValue }) => formatNumber(getValue()),
    sortDescFirst: true,
    meta: { className: NUMBER },
  }),
  helper.accessor("last_pressed_at", {
    header: heads.last_pressed_at,
    cell: ({ getValue }) => <MomentCell instant={getValue()} />,
    sortDescFirst: true,
    meta: { className: "whitespace-nowrap" },
  }),
  helper.accessor("duration", {
    header: heads.duration,
    cell: ({ getValue }) => <DurationCell seconds={getValue()} />,
    sortDescFirst: true,
    meta: { className: `${NUMBER} whitespace-nowrap` },
  }),
  helper.accessor("source", {
    header: heads.source,
    cell: ({ getValue }) => getValue() ?? <None />,
    enableSorting: false,
    meta: { className: "max-w-48 truncate text-muted-foreground" },
  }),
  helper.accessor("created_at", {
    header: heads.created_at,
    cell: ({ getValue }) => <MomentCell instant={getValue()} />,
    sortDescFirst: true,
    meta: { className: "whitespace-nowrap" },
  }),
  helper.accessor((button) => button.retired_at, {
    id: "state",
    header: heads.state,
    cell: ({ getValue }) => (
      <Badge variant={getValue() === null ? "outline" : "secondary"}>
        {getValue() === null ? buttonsTexts.active : buttonsTexts.retired}
      </Badge>
    ),
    enableSorting: false,
  }),
  helper.display({
    id: "keys",
    header: heads.keys,
    cell: ({ row }) => <PressUrl button={row.original} />,
  }),
  helper.display({
    id: "actions",
    header: () => <span className="sr-only">{buttonsTexts.actions}</span>,
    cell: ({ row }) => <RowMenu button={row.original} />,
    enableHiding: false,
    meta: { className: "w-12 pr-3 text-right" },
  }),
]);

function None() {
  return <span className="text-muted-foreground">{buttonsTexts.none}</span>;
}

function MomentCell({ instant }: { instant: string | null }) {
  const { zone } = useStation();
  if (instant === null) return <span className="text-muted-foreground">{buttonsTexts.neverPressed}</span>;
  return <Ago instant={instant} zone={zone} />;
}

function DurationCell({ seconds }: { seconds: number | null }) {
  return seconds === null ? <None /> : formatDuration(seconds);
}
