import { useSuspenseQuery } from "@tanstack/react-query";
import { Link, Outlet, useSearch } from "@tanstack/react-router";
import { lazy, useEffect } from "react";
import { Logo } from "@/components/logo";
import { LiveProvider } from "@/lib/live";
import { useIsSessionExpired, useUser } from "@/lib/session";
import { rememberStation, stationsQuery, useMaybeStation } from "@/lib/station";
import { shellTexts } from "@/texts/shell";
import { CommandPalette } from "./command-palette";
import { LiveBadge } from "./live-badge";
import { entriesFor, type NavigationEntry } from "./navigation";
import { OfflineBanner } from "./offline-banner";
import { Part } from "./part";
import { TestModeBanner } from "./test-mode-banner";

// What nobody needs for a first look is fetched while they look.
const HeaderMenus = lazy(async () => ({ default: (await import("./header-menus")).HeaderMenus }));
const StationMenu = lazy(async () => ({ default: (await import("./station-menu")).StationMenu }));
const MoreMenu = lazy(async () => ({ default: (await import("./more-menu")).MoreMenu }));
const SessionExpiredDialog = lazy(async () => ({
  default: (await import("./session-expired-dialog")).SessionExpiredDialog,
}));

/** The frame of every screen for somebody who is logged in: navigation, banners, and the live stream of the station. */
export function AppShell() {
  const station = useMaybeStation();
  const { station: wanted } = useSearch({ strict: false });
  // Once it is shown: on the way there a form with changes may have kept its user.
  useEffect(() => {
    if (wanted !== undefined && wanted === station?.id) rememberStation(wanted);
  }, [wanted, station?.id]);
  const frame = <Frame hasStation={station !== null} />;
  return station === null ? (
    frame
  ) : (
    <LiveProvider key={station.id} stationId={station.id}>
      {frame}
    </LiveProvider>
  );
}

function Frame({ hasStation }: { hasStation: boolean }) {
  const user = useUser();
  const isExpired = useIsSessionExpired();
  const entries = entriesFor({ isSuperuser: user.is_superuser });
  return (
    <div className="flex min-h-dvh flex-col md:grid md:grid-cols-[13.5rem_minmax(0,1fr)] print:block">
      <button
        type="button"
        className="sr-only z-50 rounded-md bg-primary px-4 py-2 text-primary-foreground focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
        onClick={focusContent}
      >
        {shellTexts.skipToContent}
      </button>
      <aside className="sticky top-0 hidden h-dvh flex-col gap-4 border-r bg-card px-3 py-4 md:flex print:hidden">
        <Link
          to="/"
          className="flex items-center gap-2.5 rounded-md px-2 outline-none focus-visible:ring-2 focus-visible:ring-ring"
        >
          <Logo className="size-7 shrink-0" />
          <span className="text-sm leading-tight font-semibold">{shellTexts.shortName}</span>
        </Link>
        <nav aria-label={shellTexts.navigation} className="flex flex-col gap-1">
          {entries.map((entry) => (
            <SideLink key={entry.to} entry={entry} />
          ))}
        </nav>
      </aside>
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="sticky top-0 z-30 flex h-14 items-center gap-1 border-b bg-background/95 px-3 backdrop-blur sm:px-5 print:hidden">
          <Link to="/" aria-label={shellTexts.goToday} className="shrink-0 md:hidden">
            <Logo className="size-7" />
          </Link>
          <div className="min-w-0 flex-1">
            <StationName />
          </div>
          {hasStation && <LiveBadge />}
          <CommandPalette />
          <Part fallback={<span className="h-10 w-21" />}>
            <HeaderMenus />
          </Part>
        </header>
        {hasStation && <OfflineBanner />}
        {hasStation && <TestModeBanner />}
        <main
          id="content"
          tabIndex={-1}
          className="mx-auto w-full max-w-7xl flex-1 px-4 pt-6 pb-24 outline-none sm:px-6 md:pb-10 2xl:max-w-[100rem] min-[125rem]:max-w-[118rem] print:max-w-none print:p-0"
        >
          <Outlet />
        </main>
      </div>
      <nav
        aria-label={shellTexts.navigation}
        className="fixed inset-x-0 bottom-0 z-30 grid grid-cols-5 border-t bg-card pb-[env(safe-area-inset-bottom)] md:hidden print:hidden"
      >
        {entries.slice(0, 4).map((entry) => (
          <BottomLink key={entry.to} entry={entry} />
        ))}
        <Part>
          <MoreMenu entries={entries.slice(4)} />
        </Part>
      </nav>
      {isExpired && (
        <Part>
          <SessionExpiredDialog />
        </Part>
      )}
    </div>
  );
}

/** Which station is shown; a menu for who has several. */
function StationName() {
  const { data: stations } = useSuspenseQuery(stationsQuery());
  const shown = useMaybeStation();
  if (shown === null) return null;
  const name = <p className="truncate px-2 text-sm leading-10 font-semibold">{shown.name}</p>;
  if (stations.length === 1) return name;
  return (
    <Part fallback={name}>
      <StationMenu stations={stations} shown={shown} />
    </Part>
  );
}

/** A link would lead to below <base>, and not to a place on this page. */
function focusContent() {
  document.getElementById("content")?.focus();
}

function SideLink({ entry }: { entry: NavigationEntry }) {
  return (
    <Link
      to={entry.to}
      activeOptions={{ exact: entry.to === "/", includeSearch: false }}
      className="flex h-10 items-center gap-3 rounded-md px-3 text-sm font-medium text-muted-foreground outline-none hover:bg-muted hover:text-foreground focus-visible:ring-2 focus-visible:ring-ring data-[status=active]:bg-accent data-[status=active]:text-accent-foreground"
    >
      <entry.icon className="size-4" aria-hidden="true" />
      {entry.label}
    </Link>
  );
}

function BottomLink({ entry }: { entry: NavigationEntry }) {
  return (
    <Link
      to={entry.to}
      activeOptions={{ exact: entry.to === "/", includeSearch: false }}
      className="flex h-14 flex-col items-center justify-center gap-1 text-xs font-medium text-muted-foreground outline-none focus-visible:ring-2 focus-visible:ring-ring focus-visible:ring-inset data-[status=active]:text-primary"
    >
      <entry.icon className="size-5" aria-hidden="true" />
      {entry.label}
    </Link>
  );
}
