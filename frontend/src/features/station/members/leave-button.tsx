import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { LogOut } from "lucide-react";
import { useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { Button } from "@/components/ui/button";
import { notify } from "@/lib/notify";
import { useUser } from "@/lib/session";
import { stationsQuery, useStation } from "@/lib/station";
import { membersTexts } from "@/texts/station";
import { useRemoveMember } from "../queries/remove-member";

/** The way out. The last owner has none, and the list says why. */
export function LeaveButton({ isLastOwner }: { isLastOwner: boolean }) {
  const station = useStation();
  const user = useUser();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { mutateAsync: remove } = useRemoveMember(station.id);
  const [isAsking, setAsking] = useState(false);

  const leave = async () => {
    await remove(user.id);
    notify.success(membersTexts.left(station.name));
    // Another station is shown from now on, or none. Of this one nothing is asked any more: it would be refused.
    const { queryKey } = stationsQuery();
    queryClient.setQueryData(queryKey, (stations) => stations?.filter(({ id }) => id !== station.id));
    await navigate({ to: "/", search: { station: undefined } });
    await queryClient.invalidateQueries({ queryKey });
  };

  return (
    <>
      <Button
        variant="outline"
        size="sm"
        className="h-9"
        disabled={isLastOwner}
        title={isLastOwner ? membersTexts.lastOwner : undefined}
        onClick={() => setAsking(true)}
      >
        <LogOut aria-hidden="true" />
        {membersTexts.leave}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title={membersTexts.leaveTitle(station.name)}
        description={membersTexts.leaveHint}
        confirmLabel={membersTexts.leave}
        onConfirm={leave}
      />
    </>
  );
}
