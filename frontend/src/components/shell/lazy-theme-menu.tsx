import { lazy, Suspense } from "react";

// A menu weighs more than a login; nobody opens it before they can read the page.
const Menu = lazy(async () => ({ default: (await import("./theme-menu")).ThemeMenu }));

/** The menu of themes for pages that should be there at once; its room is taken while it is fetched. */
export function ThemeMenu() {
  return (
    <Suspense fallback={<span className="size-10" />}>
      <Menu />
    </Suspense>
  );
}
