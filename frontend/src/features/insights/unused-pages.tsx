import { ChevronLeft, ChevronRight } from "lucide-react";
import { useEffect } from "react";
import { Button } from "@/components/ui/button";
import { formatNumber } from "@/lib/format";
import { insightsTexts as texts } from "@/texts/insights";

/** How many there are, and the way to the other pages. */
export function UnusedPages({
  page,
  pages,
  count,
  onPage,
}: {
  page: number;
  pages: number;
  count: number;
  onPage: (page: number) => void;
}) {
  // The last one of the last page was retired, or the address names a page that there is none of.
  useEffect(() => {
    if (page > pages) onPage(pages);
  }, [page, pages, onPage]);
  return (
    <div className="mt-4 flex flex-wrap items-center justify-between gap-3 text-sm text-muted-foreground">
      <p className="tabular-nums">{texts.countUnused(formatNumber(count), count === 1)}</p>
      {pages > 1 && (
        <nav aria-label={texts.pages} className="flex items-center gap-1 print:hidden">
          <Button
            variant="outline"
            size="icon"
            aria-label={texts.previousPage}
            disabled={page <= 1}
            onClick={() => onPage(page - 1)}
          >
            <ChevronLeft aria-hidden="true" />
          </Button>
          <span className="px-2 tabular-nums">{texts.page(formatNumber(page), formatNumber(pages))}</span>
          <Button
            variant="outline"
            size="icon"
            aria-label={texts.nextPage}
            disabled={page >= pages}
            onClick={() => onPage(page + 1)}
          >
            <ChevronRight aria-hidden="true" />
          </Button>
        </nav>
      )}
    </div>
  );
}
