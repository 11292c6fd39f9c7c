import type { CorrectionKind, PressPublic, StationPublic } from "@/client";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "@/components/ui/dialog";
import { formatMoment } from "@/lib/format";
import { CORRECTION_WORDS, CorrectionForm } from "./correction-form";

/** A correction of a row, without opening its detail. */
export function CorrectionDialog({
  press,
  kind,
  station,
  onClose,
}: {
  press: PressPublic;
  kind: CorrectionKind;
  station: StationPublic;
  onClose: () => void;
}) {
  const { title, hint } = CORRECTION_WORDS[kind];
  return (
    <Dialog open={true} onOpenChange={(isOpen) => !isOpen && onClose()}>
      {/* A click beside it would take away what was typed. */}
      <DialogContent onInteractOutside={(event) => event.preventDefault()}>
        <DialogHeader>
          <DialogTitle>{title}</DialogTitle>
          <DialogDescription>{hint}</DialogDescription>
        </DialogHeader>
        <p className="text-sm">
          <span className="font-medium">{press.button.title}</span>
          {" · "}
          <span className="tabular-nums">{formatMoment(press.pressed_at, station.zone)}</span>
        </p>
        <CorrectionForm press={press} kind={kind} stationId={station.id} onDone={onClose} />
      </DialogContent>
    </Dialog>
  );
}
