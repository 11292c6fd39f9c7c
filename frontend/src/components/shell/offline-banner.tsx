import { WifiOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useLiveStatus } from "@/lib/live";
import { shellTexts } from "@/texts/shell";

// A break of a moment, as when the server restarts, is nobody's concern.
const PATIENCE_MS = 3_000;

/** Says that the server is out of reach, and stays until it answers. */
export function OfflineBanner() {
  const isOffline = useLiveStatus() === "offline";
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (!isOffline) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isOffline]);
  return (
    <div role="status" data-testid="offline" className="print:hidden">
      {isShown && (
        <p className="flex items-center gap-2 bg-destructive-wash px-4 py-2 text-sm text-destructive sm:px-6">
          <WifiOff className="size-4 shrink-0" aria-hidden="true" />
          {shellTexts.offlineBanner}
        </p>
      )}
    </div>
  );
}
