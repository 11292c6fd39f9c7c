import { PageSteps } from "@/components/page-steps";
import { pagerTexts } from "@/texts/admin";

export const PAGE_SIZE = 25;

/** Which part of a list is shown, and the way to the others; nothing where all of it is. */
export function Pager({ page, count, onPage }: { page: number; count: number; onPage: (page: number) => void }) {
  if (count <= PAGE_SIZE && page === 1) return null;
  return (
    <nav aria-label={pagerTexts.pages} className="flex justify-end border-t pt-3 text-sm">
      <PageSteps page={page} size={PAGE_SIZE} count={count} onPage={onPage} />
    </nav>
  );
}
