import { ChevronLeft, ChevronRight } from "lucide-react";
import { Button } from "@/components/ui/button";
import { formatNumber } from "@/lib/format";
import { commonTexts } from "@/texts/common";

/** Which part of a list of pages is shown, "26–50 of 54", and the steps to the ones beside it. */
export function PageSteps({
  page,
  size,
  count,
  onPage,
}: {
  page: number;
  size: number;
  count: number;
  onPage: (page: number) => void;
}) {
  const first = (page - 1) * size + 1;
  const last = Math.min(page * size, count);
  return (
    <div className="flex items-center gap-2">
      <p role="status" className="mr-1 text-muted-foreground tabular-nums">
        {commonTexts.pageRange(formatNumber(first), formatNumber(last), formatNumber(count))}
      </p>
      <Button
        variant="outline"
        size="icon"
        className="size-9"
        aria-label={commonTexts.previousPage}
        disabled={page <= 1}
        onClick={() => onPage(page - 1)}
      >
        <ChevronLeft aria-hidden="true" />
      </Button>
      <Button
        variant="outline"
        size="icon"
        className="size-9"
        aria-label={commonTexts.nextPage}
        disabled={last >= count}
        onClick={() => onPage(page + 1)}
      >
        <ChevronRight aria-hidden="true" />
      </Button>
    </div>
  );
}
