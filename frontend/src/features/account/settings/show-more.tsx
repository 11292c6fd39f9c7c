import { Button } from "@/components/ui/button";
import { formatNumber } from "@/lib/format";
import { settingsTexts } from "@/texts/settings";

/** Fetches the next page of a list, where it has one. */
export function ShowMore({
  rest,
  hasNextPage,
  isFetchingNextPage,
  fetchNextPage,
}: {
  rest: number;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
}) {
  return (
    hasNextPage && (
      <Button
        variant="outline"
        className="self-start"
        disabled={isFetchingNextPage}
        onClick={() => void fetchNextPage()}
      >
        {settingsTexts.more(formatNumber(rest))}
      </Button>
    )
  );
}
