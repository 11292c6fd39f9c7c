import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect } from "react";
import { PageSteps } from "@/components/page-steps";
import { pagerTexts } from "@/texts/admin";

export const PAGE_SIZE = 25;

/** Which part of a list is shown, and the way to the others; nothing where all of it is. */
export function Pager({ page, count }: { page: number; count: number }) {
  const navigate = useNavigate({ from: "/admin" });
  const go = useCallback(
    (to: number, { replace = false } = {}) =>
      void navigate({ search: (before) => ({ ...before, page: to === 1 ? undefined : to }), replace }),
    [navigate],
  );
  const lastPage = Math.max(1, Math.ceil(count / PAGE_SIZE));
  useEffect(() => {
    // What the address names is not there any more: the last of a page was deleted.
    if (page > lastPage) go(lastPage, { replace: true });
  }, [page, lastPage, go]);
  if (lastPage === 1) return null;
  return (
    <nav aria-label={pagerTexts.pages} className="flex justify-end border-t pt-3 text-sm">
      <PageSteps page={Math.min(page, lastPage)} size={PAGE_SIZE} count={count} onPage={go} />
    </nav>
  );
}
