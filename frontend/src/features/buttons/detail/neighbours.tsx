import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ButtonPublic, Neighbour } from "@/client";
import { ErrorFace, RowsSkeleton } from "@/components/faces";
import { TypeDot } from "@/components/type-dot";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { cn } from "@/lib/cn";
import { formatNumber } from "@/lib/format";
import { typeName } from "@/lib/type-name";
import { buttonsTexts, buttonTexts } from "@/texts/buttons";
import { usageQuery } from "../queries/read-usage";
import { isCut, type Ranked, ranked } from "./ranking";

const SHOWN = 8;

/** The first of its type, and the button itself where it is further down. */
const shownOf = (neighbours: readonly Neighbour[]): Ranked[] =>
  ranked(neighbours).filter(({ is_itself }, place) => place < SHOWN || is_itself);

/** How the button stands among the others of its type. */
export function Neighbours({ button }: { button: ButtonPublic }) {
  const { data: usage, error, refetch } = useQuery(usageQuery(button.station_id, button.id));
  const shown = usage && shownOf(usage.neighbours);
  const rest = usage && shown ? usage.neighbours.length - shown.length : 0;
  const most = Math.max(1, ...(usage?.neighbours.map(({ press_count }) => press_count) ?? []));
  return (
    <Card>
      <CardHeader>
        <CardTitle>{buttonTexts.neighbours}</CardTitle>
        <CardDescription>{buttonTexts.neighboursHint(typeName(button.type))}</CardDescription>
      </CardHeader>
      {error !== null && usage === undefined && <ErrorFace error={error} onRetry={() => void refetch()} />}
      {error === null && shown === undefined && <RowsSkeleton rows={5} rowClassName="h-8" />}
      {shown && (
        <ol className="flex flex-col gap-1">
          {shown.map((neighbour) => (
            <NeighbourRow key={neighbour.button.id} neighbour={neighbour} most={most} />
          ))}
        </ol>
      )}
      {usage && rest > 0 && (
        <p className="text-xs text-muted-foreground">
          {isCut(usage.neighbours) ? buttonTexts.manyMoreNeighbours : buttonTexts.moreNeighbours(rest)}
        </p>
      )}
    </Card>
  );
}

function NeighbourRow({ neighbour, most }: { neighbour: Ranked; most: number }) {
  const { button, press_count, rank, is_itself } = neighbour;
  return (
    <li
      aria-current={is_itself ? "true" : undefined}
      className={cn("relative flex min-h-9 items-center gap-2 rounded-md px-2 text-sm", is_itself && "font-semibold")}
    >
      <span
        aria-hidden="true"
        className={cn("absolute inset-y-0.5 left-0 rounded-md", is_itself ? "bg-accent" : "bg-muted")}
        style={{ width: `${(press_count / most) * 100}%` }}
      />
      <span className="relative w-5 shrink-0 text-right text-xs text-muted-foreground tabular-nums">
        {rank ?? buttonsTexts.none}
      </span>
      <TypeDot type={button.type} color={button.color} className="relative" />
      {is_itself ? (
        <span className="relative min-w-0 flex-1 truncate">{button.title}</span>
      ) : (
        <Link
          to="/buttons/$buttonId"
          params={{ buttonId: button.id }}
          className="relative min-w-0 flex-1 truncate rounded-sm outline-none hover:underline focus-visible:ring-2 focus-visible:ring-ring"
        >
          {button.title}
        </Link>
      )}
      <span className="relative tabular-nums">{formatNumber(press_count)}</span>
    </li>
  );
}
