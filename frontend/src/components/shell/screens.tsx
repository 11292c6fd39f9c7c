import { lazy } from "react";
import { Skeleton } from "@/components/ui/skeleton";
import { commonTexts } from "@/texts/common";

// What a screen is replaced by is fetched when it is wanted; src/lib/after-load.ts has it there before the server is away.
export const CrashedScreen = lazy(async () => ({ default: (await import("./screen-faces")).CrashedScreen }));
export const NotFoundScreen = lazy(async () => ({ default: (await import("./screen-faces")).NotFoundScreen }));
export const NoStationScreen = lazy(async () => ({ default: (await import("./screen-faces")).NoStationScreen }));

/** While a screen is fetched. */
export function PendingScreen() {
  return (
    <div role="status" aria-label={commonTexts.loading} className="flex flex-col gap-4">
      <Skeleton className="h-8 w-48" />
      <Skeleton className="h-40 w-full" />
    </div>
  );
}
