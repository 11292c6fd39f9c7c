import { DevicePanel } from "@/components/device-panel";
import { Dialog, DialogContent, DialogDescription, DialogTitle } from "@/components/ui/dialog";
import { deviceTexts } from "@/texts/device";

/** The panel about this device, from wherever somebody is. */
export function DeviceDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open={true} onOpenChange={onClose}>
      <DialogContent className="p-0 sm:p-0">
        <DialogTitle className="sr-only">{deviceTexts.title}</DialogTitle>
        <DialogDescription className="sr-only">{deviceTexts.description}</DialogDescription>
        <DevicePanel className="border-0 bg-transparent" />
      </DialogContent>
    </Dialog>
  );
}
