import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { Compass, RadioTower } from "lucide-react";
import { EmptyFace, ErrorFace } from "@/components/faces";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { usePageTitle } from "@/hooks/use-page-title";
import { commonTexts } from "@/texts/common";
import { shellTexts } from "@/texts/shell";

/** While a screen is fetched. */
export function PendingScreen() {
  return (
    <div role="status" aria-label={commonTexts.loading} className="flex flex-col gap-4">
      <Skeleton className="h-8 w-48" />
      <Skeleton className="h-40 w-full" />
    </div>
  );
}

/** In place of a screen that failed. */
export function CrashedScreen({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  usePageTitle(shellTexts.crashed);
  return (
    <main className="py-10">
      <h1 className="text-center text-xl font-semibold">{shellTexts.crashed}</h1>
      <ErrorFace
        error={error}
        onRetry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </main>
  );
}

/** In place of a screen that does not exist. */
export function NotFoundScreen() {
  usePageTitle(shellTexts.notFound);
  return (
    <EmptyFace icon={Compass} title={shellTexts.notFound} description={shellTexts.notFoundHint}>
      <Button asChild={true}>
        <Link to="/">{shellTexts.goToday}</Link>
      </Button>
    </EmptyFace>
  );
}

/** In place of what is about a station, for a user who has none. */
export function NoStationScreen() {
  usePageTitle(shellTexts.noStation);
  return <EmptyFace icon={RadioTower} title={shellTexts.noStation} description={shellTexts.noStationHint} />;
}
