import { ArrowUp } from "lucide-react";
import { Button } from "@/components/ui/button";
import { logTexts } from "@/texts/log";
import type { Log } from "./use-log";

/** The way back up: to presses that came in meanwhile, or simply to the newest. */
export function NewestPill({ log, isAtHead, isFarDown }: { log: Log; isAtHead: boolean; isFarDown: boolean }) {
  const { count } = log.waiting;
  const goUp = () => {
    if (!log.isHeadHere) void log.restart();
    window.scrollTo({ top: 0 });
  };
  const isShown = !isAtHead && (count > 0 || isFarDown);
  return (
    <div className="pointer-events-none sticky top-34 z-20 flex h-0 justify-center print:hidden" role="status">
      {isShown && (
        <Button size="sm" className="pointer-events-auto h-9 rounded-full shadow-lg" onClick={goUp}>
          <ArrowUp aria-hidden="true" />
          {count > 0 ? logTexts.newPresses(count) : logTexts.toNewest}
        </Button>
      )}
    </div>
  );
}
