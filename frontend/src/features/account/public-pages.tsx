import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { PublicPage } from "@/components/public-page";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { messageOf, Problem } from "@/lib/problem";
import { accountTexts } from "@/texts/account";
import { commonTexts } from "@/texts/common";
import { setupTexts } from "@/texts/setup";

/** While the server is asked what this page is to be. */
export function LoadingPage({ title }: { title: string }) {
  return (
    <PublicPage title={title}>
      <div role="status" aria-label={commonTexts.loading} className="flex flex-col gap-3">
        <Skeleton className="h-5 w-3/4" />
        <Skeleton className="h-10 w-full" />
        <Skeleton className="h-10 w-full" />
      </div>
    </PublicPage>
  );
}

/** Where the server did not say what this page is to be. */
export function UnreachablePage({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const isSilent = error instanceof Problem && error.status === 0;
  return (
    <PublicPage
      title={isSilent ? setupTexts.unreachable : commonTexts.somethingWentWrong}
      description={isSilent ? setupTexts.unreachableHint : messageOf(error)}
    >
      <Button className="self-start" onClick={onRetry}>
        {commonTexts.retry}
      </Button>
    </PublicPage>
  );
}

/** Where a link does not work, or not any more; the server does not say which. */
export function DeadLinkPage({ hint, children }: { hint?: string; children?: ReactNode }) {
  return (
    <PublicPage title={accountTexts.linkDead} description={accountTexts.linkDeadHint}>
      {hint && <p className="text-sm">{hint}</p>}
      {children}
    </PublicPage>
  );
}

/** Whether a link that was tried is not one, or not any more. */
export const isLinkDead = (error: unknown): boolean => error instanceof Problem && error.code === "link_invalid";

export function LogInButton() {
  return (
    <Button asChild={true} className="self-start">
      <Link to="/login">{accountTexts.logIn}</Link>
    </Button>
  );
}

export function GoTodayButton({ label = accountTexts.goToday }: { label?: string }) {
  return (
    <Button asChild={true} className="self-start">
      <Link to="/">{label}</Link>
    </Button>
  );
}

export const textLinkClasses =
  "rounded-sm text-primary underline underline-offset-4 outline-none focus-visible:ring-2 focus-visible:ring-ring";
