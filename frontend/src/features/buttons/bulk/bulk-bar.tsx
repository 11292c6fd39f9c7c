import { ChevronUp, X } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { ButtonPublic } from "@/client";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { bulkTexts } from "@/texts/buttons";
import type { BulkChange } from "./change";

const BulkDialog = lazy(async () => ({ default: (await import("./bulk-dialog")).BulkDialog }));

const FIELDS = [
  ["type", bulkTexts.type],
  ["add-tag", bulkTexts.addTag],
  ["remove-tag", bulkTexts.removeTag],
  ["color", bulkTexts.color],
] as const;

/** What can be done with the selected buttons; it stays in sight while one scrolls. */
export function BulkBar({ buttons, onClear }: { buttons: readonly ButtonPublic[]; onClear: () => void }) {
  // Those that were selected when it began: what is done with them may take them off the list.
  const [asked, setAsked] = useState<{ kind: BulkChange["kind"]; buttons: readonly ButtonPublic[] } | null>(null);
  const ask = (kind: BulkChange["kind"], among = buttons) => setTimeout(() => setAsked({ kind, buttons: among }));
  const active = buttons.filter(({ retired_at }) => retired_at === null);
  const retired = buttons.filter(({ retired_at }) => retired_at !== null);
  return (
    <>
      <section
        aria-label={bulkTexts.region}
        className="sticky bottom-16 z-20 mt-3 flex flex-wrap items-center gap-2 rounded-lg border bg-popover p-2 pl-4 shadow-lg md:bottom-4"
      >
        <p role="status" className="mr-auto text-sm font-medium tabular-nums">
          {bulkTexts.selected(buttons.length)}
        </p>
        <DropdownMenu>
          <DropdownMenuTrigger asChild={true}>
            <Button variant="outline" className="h-9 px-3">
              {bulkTexts.change}
              <ChevronUp aria-hidden="true" />
            </Button>
          </DropdownMenuTrigger>
          <DropdownMenuContent align="end" side="top">
            {FIELDS.map(([kind, label]) => (
              <DropdownMenuItem key={kind} onSelect={() => ask(kind)}>
                {label}
              </DropdownMenuItem>
            ))}
          </DropdownMenuContent>
        </DropdownMenu>
        {active.length > 0 && (
          <Button variant="outline" className="h-9 px-3" onClick={() => ask("retire", active)}>
            {bulkTexts.retire}
          </Button>
        )}
        {retired.length > 0 && (
          <Button variant="outline" className="h-9 px-3" onClick={() => ask("unretire", retired)}>
            {bulkTexts.unretire}
          </Button>
        )}
        <Button variant="ghost" size="icon" className="size-9" aria-label={bulkTexts.clear} onClick={onClear}>
          <X aria-hidden="true" />
        </Button>
      </section>
      {asked && (
        <Suspense fallback={null}>
          <BulkDialog kind={asked.kind} buttons={asked.buttons} onClose={() => setAsked(null)} onDone={onClear} />
        </Suspense>
      )}
    </>
  );
}
