import type { ReactNode } from "react";
import { Logo } from "@/components/logo";
import { ThemeMenu } from "@/components/shell/lazy-theme-menu";
import { usePageTitle } from "@/hooks/use-page-title";
import { commonTexts } from "@/texts/common";

/** The frame of a page for who is not logged in: one thing to do, in the middle. */
export function PublicPage({
  title,
  description,
  children,
}: {
  title: string;
  description?: ReactNode;
  children: ReactNode;
}) {
  usePageTitle(title);
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex h-14 items-center justify-between px-4 sm:px-6">
        <div className="flex items-center gap-2.5">
          <Logo className="size-7" />
          <span className="text-sm font-semibold">{commonTexts.productName}</span>
        </div>
        <ThemeMenu />
      </header>
      <main className="mx-auto flex w-full max-w-md flex-1 flex-col justify-center gap-6 px-4 pt-4 pb-20 sm:px-6">
        <div>
          <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
          {description && <p className="mt-2 text-sm text-pretty text-muted-foreground">{description}</p>}
        </div>
        {children}
      </main>
    </div>
  );
}
