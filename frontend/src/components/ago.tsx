import { useNow } from "@/hooks/use-now";
import { formatAgo, formatMoment } from "@/lib/format";

/** "3 minutes ago", kept up to date; the moment itself, with its zone, on hover. */
export function Ago({ instant, zone, className }: { instant: string; zone: string; className?: string }) {
  const now = useNow(60_000);
  return (
    <time dateTime={instant} title={formatMoment(instant, zone)} className={className}>
      {formatAgo(instant, now)}
    </time>
  );
}
