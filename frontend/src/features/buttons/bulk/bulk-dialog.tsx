import { useEffect, useRef } from "react";
import type { ButtonPublic } from "@/client";
import { Button } from "@/components/ui/button";
import {
  Dialog,
  DialogContent,
  DialogDescription,
  DialogFooter,
  DialogHeader,
  DialogTitle,
} from "@/components/ui/dialog";
import { useStation } from "@/lib/station";
import { bulkTexts } from "@/texts/buttons";
import { commonTexts } from "@/texts/common";
import type { BulkChange } from "./change";
import { ChangeForm } from "./change-form";
import { RunReport } from "./run-report";
import { useBulkRun } from "./use-bulk-run";

/**
 * Asks what is to be changed, does it to each button on its own, and tells what came of it. Where something
 * failed or was stopped, all stay selected. A click beside it neither stops it nor takes away what was typed.
 */
export function BulkDialog({
  kind,
  buttons,
  onClose,
  onDone,
}: {
  kind: BulkChange["kind"];
  buttons: readonly ButtonPublic[];
  onClose: () => void;
  onDone: () => void;
}) {
  const station = useStation();
  const { run, start, undo, stop } = useBulkRun(station.id);
  const change = useRef<BulkChange | null>(null);
  const apply = (wanted: BulkChange) => {
    change.current = wanted;
    void start(buttons, wanted, { changed: [] });
  };
  useStartAtOnce(kind, apply);

  const close = () => {
    stop();
    if (run?.phase === "done" && run.failures.length === 0 && !run.isStopped) onDone();
    onClose();
  };
  const tryAgain = () => {
    if (run === null || change.current === null) return;
    void start(
      run.failures.map(({ button }) => button),
      change.current,
      { changed: run.changed },
    );
  };
  return (
    <Dialog open={true} onOpenChange={(isOpen) => !isOpen && close()}>
      <DialogContent onInteractOutside={(event) => event.preventDefault()}>
        <DialogHeader>
          <DialogTitle>{bulkTexts.titles[kind](buttons.length)}</DialogTitle>
          <DialogDescription>{bulkTexts.hint}</DialogDescription>
        </DialogHeader>
        {run === null ? (
          <ChangeForm kind={kind} buttons={buttons} onApply={apply} onCancel={close} />
        ) : (
          <>
            <RunReport run={run} />
            <DialogFooter>
              {run.phase === "running" ? (
                <Button variant="outline" onClick={stop}>
                  {bulkTexts.stop}
                </Button>
              ) : (
                <>
                  {run.changed.length > 0 && !run.isUndo && (
                    <Button variant="outline" onClick={() => void undo(run.changed)}>
                      {commonTexts.undo}
                    </Button>
                  )}
                  {run.failures.length > 0 && !run.isUndo && (
                    <Button variant="outline" onClick={tryAgain}>
                      {bulkTexts.tryAgain}
                    </Button>
                  )}
                  <Button onClick={close}>{bulkTexts.done}</Button>
                </>
              )}
            </DialogFooter>
          </>
        )}
      </DialogContent>
    </Dialog>
  );
}

/** Retiring and taking back ask for nothing, and can be undone. */
function useStartAtOnce(kind: BulkChange["kind"], apply: (change: BulkChange) => void) {
  const wasStarted = useRef(false);
  useEffect(() => {
    if (wasStarted.current || (kind !== "retire" && kind !== "unretire")) return;
    wasStarted.current = true;
    apply({ kind });
  });
}
