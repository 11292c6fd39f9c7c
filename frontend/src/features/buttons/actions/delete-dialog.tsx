import { useNavigate, useRouterState } from "@tanstack/react-router";
import type { ButtonPublic } from "@/client";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { notify } from "@/lib/notify";
import { buttonsTexts } from "@/texts/buttons";
import { commonTexts } from "@/texts/common";
import { useDeleteButton } from "../queries/delete-button";

export function DeleteDialog({ button, onClose }: { button: ButtonPublic; onClose: () => void }) {
  const navigate = useNavigate();
  const pathname = useRouterState({ select: ({ location }) => location.pathname });
  const { mutateAsync } = useDeleteButton(button.station_id, {
    onDone: async (buttonId) => {
      notify.success(buttonsTexts.didDelete(button.title));
      if (pathname.includes(buttonId)) await navigate({ to: "/buttons", replace: true });
    },
  });
  return (
    <ConfirmDialog
      isOpen={true}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={buttonsTexts.deleteTitle(button.title)}
      description={buttonsTexts.deleteHint}
      confirmLabel={commonTexts.delete}
      onConfirm={() => mutateAsync(button.id)}
    />
  );
}
