import { ChevronLeft, ChevronRight } from "lucide-react";
import { Button } from "@/components/ui/button";
import { formatNumber } from "@/lib/format";
import { pagerTexts } from "@/texts/admin";

export const PAGE_SIZE = 25;

/** Which part of a list is shown, and the way to the others; nothing where all of it is. */
export function Pager({ page, count, onPage }: { page: number; count: number; onPage: (page: number) => void }) {
  if (count <= PAGE_SIZE && page === 1) return null;
  const first = (page - 1) * PAGE_SIZE + 1;
  const last = Math.min(page * PAGE_SIZE, count);
  return (
    <nav aria-label={pagerTexts.pages} className="flex items-center justify-end gap-2 border-t pt-3 text-sm">
      <p role="status" className="mr-1 text-muted-foreground tabular-nums">
        {pagerTexts.range(formatNumber(first), formatNumber(last), formatNumber(count))}
      </p>
      <Button
        variant="outline"
        size="icon"
        className="size-9"
        aria-label={pagerTexts.previous}
        disabled={page <= 1}
        onClick={() => onPage(page - 1)}
      >
        <ChevronLeft aria-hidden="true" />
      </Button>
      <Button
        variant="outline"
        size="icon"
        className="size-9"
        aria-label={pagerTexts.next}
        disabled={last >= count}
        onClick={() => onPage(page + 1)}
      >
        <ChevronRight aria-hidden="true" />
      </Button>
    </nav>
  );
}
