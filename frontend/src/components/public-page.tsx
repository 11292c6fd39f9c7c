import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { Logo } from "@/components/logo";
import { ThemeMenu } from "@/components/shell/lazy-theme-menu";
import { usePageTitle } from "@/hooks/use-page-title";
import { cn } from "@/lib/cn";
import { commonTexts } from "@/texts/common";

/** The frame of a page for who is not logged in: one thing to do, in the middle. */
export function PublicPage({
  title,
  eyebrow,
  description,
  isWide = false,
  children,
}: {
  title: string;
  /** Above the title, such as which step this is. */
  eyebrow?: ReactNode;
  description?: ReactNode;
  isWide?: boolean;
  children?: ReactNode;
}) {
  usePageTitle(title);
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex h-14 items-center justify-between px-4 sm:px-6">
        <Link
          to="/"
          className="flex items-center gap-2.5 rounded-md outline-none focus-visible:ring-2 focus-visible:ring-ring"
        >
          <Logo className="size-7" />
          <span className="text-sm font-semibold">{commonTexts.productName}</span>
        </Link>
        <ThemeMenu />
      </header>
      <main
        className={cn(
          "mx-auto flex w-full flex-1 flex-col gap-6 px-4 pb-20 sm:px-6",
          // From the top, and not around the middle: a line that comes later then moves nothing that is there already.
          isWide ? "max-w-xl pt-4 sm:pt-10" : "max-w-md pt-[12svh]",
        )}
      >
        <div>
          {eyebrow && <p className="mb-1 text-sm font-medium text-primary">{eyebrow}</p>}
          <Title key={title} title={title} />
          {description && <p className="mt-2 text-sm text-pretty text-muted-foreground">{description}</p>}
        </div>
        {children}
      </main>
    </div>
  );
}

/** A screen reader goes on here where the button that led to this page has gone. */
function Title({ title }: { title: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    window.scrollTo(0, 0);
    const { activeElement } = document;
    if (activeElement === null || activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold tracking-tight break-words outline-none">
      {title}
    </h1>
  );
}
