import {
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type ReactElement,
  type ReactNode,
  useCallback,
  useRef,
  useState,
} from "react";
import { cn } from "@/lib/cn";
import { chartTexts } from "@/texts/charts";
import { HATCHED } from "./not-recording";
import { levelOf, type Scale, shadeOf } from "./scale";

export type GridCell = {
  key: string;
  /** Null where nobody knows. */
  count: number | null;
  /** What it stands for, and how much it is. */
  label: string;
  isPartlyDark?: boolean;
};

export type GridRow = {
  key: string;
  /** What a screen reader says; `shortTitle` is what is written beside the row, "" for nothing. */
  title: string;
  shortTitle: string;
  cells: readonly (GridCell | null)[];
};

/** A heading above some columns, from `column` (0 is the first) on. */
export type GridHeading = { key: string; label: string; column: number; span: number };

/** What a link that fills a square must take over. */
export type CellLinkProps = {
  className: string;
  "aria-label": string;
  "data-place": string;
  tabIndex: 0 | -1;
  onClick: (event: MouseEvent<HTMLElement>) => void;
};

export type CellLink = (cell: GridCell, props: CellLinkProps) => ReactElement;

type Place = { row: number; column: number };

const MOVES: Record<string, readonly [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Where arrow keys lead to: the next cell that way, or nowhere. */
function placeAfter(rows: readonly GridRow[], from: Place, key: string): Place | null {
  if (key === "Home" || key === "End") {
    const cells = rows[from.row]?.cells ?? [];
    const column = key === "Home" ? cells.findIndex(Boolean) : cells.findLastIndex(Boolean);
    return column < 0 ? null : { row: from.row, column };
  }
  const move = MOVES[key];
  if (move === undefined) return null;
  let { row, column } = from;
  do {
    row += move[0];
    column += move[1];
    if (rows[row]?.cells[column] === undefined) return null;
  } while (rows[row]?.cells[column] === null);
  return { row, column };
}

function firstPlace(rows: readonly GridRow[]): Place {
  const row = Math.max(
    0,
    rows.findIndex(({ cells }) => cells.some(Boolean)),
  );
  return { row, column: Math.max(0, rows[row]?.cells.findIndex(Boolean) ?? 0) };
}

/**
 * Squares in shades of a count. One of them is in the tab order, and arrow keys move on. What one says is given to `onSay`,
 * to be written below, since neither touch nor keys have a tooltip. With `link` each leads somewhere, by a click or Enter; a
 * finger is larger than a square, so what it touches is said first.
 */
export function CellGrid({
  name,
  rows,
  headings,
  scale,
  onSay,
  link,
  gapClassName,
  cellClassName,
}: {
  name: string;
  rows: readonly GridRow[];
  headings: readonly GridHeading[];
  scale: Scale;
  onSay: (cell: GridCell | null) => void;
  link?: CellLink;
  gapClassName: string;
  cellClassName: string;
}) {
  const grid = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<Place | null>(null);
  const columns = rows[0]?.cells.length ?? 0;
  const current = active && rows[active.row]?.cells[active.column] ? active : firstPlace(rows);

  const take = useCallback(
    (cell: GridCell, place: Place) => {
      setActive(place);
      onSay(cell);
    },
    [onSay],
  );
  const move = (event: KeyboardEvent) => {
    const next = placeAfter(rows, current, event.key);
    if (MOVES[event.key] || next) event.preventDefault();
    if (next === null) return;
    grid.current?.querySelector<HTMLElement>(`[data-place="${next.row}-${next.column}"]`)?.focus();
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a table would lay itself out by its words
    <div
      ref={grid}
      role="grid"
      aria-label={name}
      tabIndex={-1}
      onKeyDown={move}
      onPointerLeave={() => onSay(null)}
      className={cn("grid items-center", gapClassName)}
      style={{ gridTemplateColumns: `auto repeat(${columns}, minmax(0, 1fr))` }}
    >
      <Headings headings={headings} />
      {rows.map(({ key, title, shortTitle, cells }, row) => (
        // biome-ignore lint/a11y/useSemanticElements: as above
        // biome-ignore lint/a11y/useFocusableInteractive: its cells take the focus
        <div key={key} role="row" className="contents">
          {/* biome-ignore lint/a11y/useSemanticElements: as above */}
          {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
          <div
            role="rowheader"
            aria-label={title}
            // No higher than nothing, so that small squares stay square.
            className="h-0 pr-1 text-xs leading-0 text-muted-foreground"
            style={{ gridRow: row + 2, gridColumn: 1 }}
          >
            {shortTitle}
          </div>
          {cells.map((cell, column) =>
            cell === null ? null : (
              <Square
                key={cell.key}
                cell={cell}
                scale={scale}
                row={row}
                column={column}
                isInTabOrder={row === current.row && column === current.column}
                link={link}
                className={cellClassName}
                onTake={take}
                onPoint={onSay}
              />
            ),
          )}
        </div>
      ))}
    </div>
  );
}

/** Written above; what they say is in what each square says. */
function Headings({ headings }: { headings: readonly GridHeading[] }) {
  return (
    <div aria-hidden="true" className="contents text-xs text-muted-foreground">
      {headings.map(({ key, label, column, span }) => (
        <span
          key={key}
          className="whitespace-nowrap"
          style={{ gridRow: 1, gridColumn: `${column + 2} / span ${span}` }}
        >
          {label}
        </span>
      ))}
    </div>
  );
}

/** What the square says that is pointed at; `children` stand beside it. */
export function GridReadout({
  said,
  hint = chartTexts.pointHint,
  children,
}: {
  said: GridCell | null;
  hint?: string;
  children?: ReactNode;
}) {
  return (
    <div className="flex min-h-5 items-center gap-3 text-sm text-muted-foreground tabular-nums">
      <p aria-hidden="true" data-testid="readout">
        {said?.label ?? hint}
      </p>
      {children}
    </div>
  );
}

const FOCUSABLE =
  "rounded-[3px] ring-foreground/10 ring-inset outline-none focus-visible:ring-2 focus-visible:ring-ring focus-visible:ring-offset-2 focus-visible:ring-offset-card";

type SquareProps = {
  cell: GridCell;
  scale: Scale;
  row: number;
  column: number;
  isInTabOrder: boolean;
  link: CellLink | undefined;
  className: string;
  onTake: (cell: GridCell, place: Place) => void;
  onPoint: (cell: GridCell) => void;
};

/** Drawn anew only where it changed: there are hundreds, and an arrow key moves between two. */
const Square = memo(function Square({
  cell,
  scale,
  row,
  column,
  isInTabOrder,
  link,
  className,
  onTake,
  onPoint,
}: SquareProps) {
  const isTouched = useRef(false);
  const take = () => onTake(cell, { row, column });
  const focus = {
    "aria-label": cell.label,
    "data-place": `${row}-${column}`,
    tabIndex: isInTabOrder ? 0 : -1,
  } as const;
  const onClick = (event: MouseEvent) => {
    const isByKey = event.detail === 0;
    if (!isTouched.current || isByKey) return;
    event.preventDefault();
    take();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: as above
    // biome-ignore lint/a11y/useFocusableInteractive: it is, or the link in it
    <div
      role="gridcell"
      data-count={cell.count ?? "unknown"}
      {...(link ? {} : focus)}
      onFocus={take}
      onPointerEnter={() => onPoint(cell)}
      onPointerDown={({ pointerType }) => {
        isTouched.current = pointerType === "touch";
      }}
      className={cn(FOCUSABLE, "flex", cell.isPartlyDark && "border border-dashed border-foreground/70", className)}
      style={{
        gridRow: row + 2,
        gridColumn: column + 2,
        ...(cell.count === null ? HATCHED : { backgroundColor: shadeOf(levelOf(cell.count, scale)) }),
      }}
    >
      {link?.(cell, { ...focus, onClick, className: cn("flex-1", FOCUSABLE) })}
    </div>
  );
});
