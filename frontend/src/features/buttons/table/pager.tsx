import { ChevronLeft, ChevronRight } from "lucide-react";
import { Button } from "@/components/ui/button";
import { NativeSelect } from "@/components/ui/native-select";
import { buttonsTexts } from "@/texts/buttons";
import { DEFAULT_PAGE_SIZE, PAGE_SIZES } from "../search";

export type PageSize = (typeof PAGE_SIZES)[number];

/** Which part of the list is shown, and the way to the others. */
export function Pager({
  page,
  size,
  count,
  onPage,
  onSize,
}: {
  page: number;
  size: PageSize;
  count: number;
  onPage: (page: number) => void;
  onSize: (size: PageSize) => void;
}) {
  const first = (page - 1) * size + 1;
  const last = Math.min(page * size, count);
  return (
    <nav
      aria-label={buttonsTexts.pages}
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t px-4 py-2.5 text-sm"
    >
      <NativeSelect
        aria-label={buttonsTexts.pageSize}
        value={size}
        onChange={(event) => onSize(PAGE_SIZES.find((one) => String(one) === event.target.value) ?? DEFAULT_PAGE_SIZE)}
        className="h-9 w-36"
      >
        {PAGE_SIZES.map((one) => (
          <option key={one} value={one}>
            {buttonsTexts.perPage(one)}
          </option>
        ))}
      </NativeSelect>
      <div className="flex items-center gap-2">
        <p role="status" className="mr-1 text-muted-foreground tabular-nums">
          {buttonsTexts.range(first, last, count)}
        </p>
        <Button
          variant="outline"
          size="icon"
          className="size-9"
          aria-label={buttonsTexts.previousPage}
          disabled={page <= 1}
          onClick={() => onPage(page - 1)}
        >
          <ChevronLeft aria-hidden="true" />
        </Button>
        <Button
          variant="outline"
          size="icon"
          className="size-9"
          aria-label={buttonsTexts.nextPage}
          disabled={last >= count}
          onClick={() => onPage(page + 1)}
        >
          <ChevronRight aria-hidden="true" />
        </Button>
      </div>
    </nav>
  );
}
