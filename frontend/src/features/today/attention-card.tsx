import { Link } from "@tanstack/react-router";
import {
  Archive,
  CalendarClock,
  CircleCheck,
  CircleSlash,
  FlaskConical,
  Link2,
  type LucideIcon,
  Moon,
} from "lucide-react";
import { ErrorFace } from "@/components/faces";
import { Button } from "@/components/ui/button";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { cn } from "@/lib/cn";
import { todayTexts } from "@/texts/today";
import type { Attention, AttentionKind } from "./attention";
import type { AttentionState } from "./use-attention";

// Red for what loses presses now, amber for what may, and no colour for what can wait.
const FACES: Record<AttentionKind, { icon: LucideIcon; className: string }> = {
  gap: { icon: CircleSlash, className: "text-destructive" },
  quiet: { icon: Moon, className: "text-warning" },
  test: { icon: FlaskConical, className: "text-warning" },
  address: { icon: Link2, className: "text-warning" },
  ending: { icon: CalendarClock, className: "text-muted-foreground" },
  unused: { icon: Archive, className: "text-muted-foreground" },
};

/** What somebody should look at, each with the way to it. */
export function AttentionCard({ attention: { items, error, retry } }: { attention: AttentionState }) {
  return (
    <Card data-testid="attention">
      <CardHeader>
        <CardTitle>{todayTexts.attention}</CardTitle>
      </CardHeader>
      {items.length > 0 && (
        <ul className="flex flex-col gap-4">
          {items.map((item) => (
            <Item key={item.key} item={item} />
          ))}
        </ul>
      )}
      {error !== null && <ErrorFace error={error} onRetry={retry} className="py-4" />}
      {error === null && items.length === 0 && <AllWell />}
    </Card>
  );
}

function Item({ item: { kind, title, hint, action } }: { item: Attention }) {
  const { icon: Icon, className } = FACES[kind];
  return (
    <li data-testid="attention-item" data-kind={kind} className="flex gap-3 text-sm">
      <Icon className={cn("mt-0.5 size-4 shrink-0", className)} aria-hidden="true" />
      <div className="min-w-0 flex-1">
        <p className="font-medium text-pretty">{title}</p>
        <p className="text-pretty text-muted-foreground">{hint}</p>
        {action !== null && (
          <Button asChild={true} variant="link" size="sm" className="h-7 px-0 max-sm:h-9">
            <Link to={action.to as string} search={(previous) => ({ ...previous, ...action.search })}>
              {action.label}
            </Link>
          </Button>
        )}
      </div>
    </li>
  );
}

function AllWell() {
  return (
    <div className="flex gap-3 text-sm">
      <CircleCheck className="mt-0.5 size-4 shrink-0 text-primary" aria-hidden="true" />
      <div>
        <p className="font-medium">{todayTexts.allWell}</p>
        <p className="text-pretty text-muted-foreground">{todayTexts.allWellHint}</p>
      </div>
    </div>
  );
}
