import type { ReactNode } from "react";
import { usePageTitle } from "@/hooks/use-page-title";
import { useHeadingFocus } from "@/lib/route-focus";

/** The heading of a screen, which also names the tab and has the focus after a navigation; what one does there stands beside it. */
export function PageHeader({
  title,
  description,
  children,
}: {
  title: string;
  description?: ReactNode;
  children?: ReactNode;
}) {
  usePageTitle(title);
  const heading = useHeadingFocus();
  return (
    <div className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold tracking-tight outline-none">
          {title}
        </h1>
        {description && <p className="mt-1 text-sm text-muted-foreground">{description}</p>}
      </div>
      {children && <div className="flex flex-wrap items-center gap-2 print:hidden">{children}</div>}
    </div>
  );
}
