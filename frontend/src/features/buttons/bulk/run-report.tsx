import { bulkTexts } from "@/texts/buttons";
import type { BulkRun } from "./use-bulk-run";

/** How far it is, and in the end what changed, what failed and why. */
export function RunReport({ run }: { run: BulkRun }) {
  const { finished, total, changed, unchanged, failures } = run;
  return (
    <div className="flex flex-col gap-3 text-sm">
      <div className="flex items-center gap-3">
        <div
          role="progressbar"
          aria-label={bulkTexts.progress(finished, total)}
          aria-valuemin={0}
          aria-valuemax={total}
          aria-valuenow={finished}
          className="h-2 flex-1 overflow-hidden rounded-full bg-muted"
        >
          <div
            className="h-full rounded-full bg-primary transition-[width]"
            style={{ width: `${total === 0 ? 100 : (finished / total) * 100}%` }}
          />
        </div>
        <span className="tabular-nums text-muted-foreground">{bulkTexts.progress(finished, total)}</span>
      </div>
      <div role="status" className="flex flex-col gap-1">
        {run.phase === "done" && (
          <>
            {run.isStopped && <p className="text-warning">{bulkTexts.stopped}</p>}
            {changed.length > 0 && (
              <p>{run.isUndo ? bulkTexts.undone(changed.length) : bulkTexts.changed(changed.length)}</p>
            )}
            {unchanged > 0 && <p className="text-muted-foreground">{bulkTexts.unchanged(unchanged)}</p>}
          </>
        )}
      </div>
      {failures.length > 0 && (
        <div role="alert" className="flex flex-col gap-1.5">
          <p className="font-medium text-destructive">{bulkTexts.failed(failures.length)}</p>
          <ul className="flex max-h-48 flex-col gap-1 overflow-y-auto">
            {failures.map(({ button, reason }) => (
              <li key={button.id}>
                <span className="font-medium">{button.title}</span>
                <span className="text-muted-foreground">: {reason}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
