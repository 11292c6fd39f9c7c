import { useState } from "react";
import { LazyConfirmDialog } from "@/components/lazy-confirm-dialog";
import { Button } from "@/components/ui/button";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { notify } from "@/lib/notify";
import { useForgetSession, useUser } from "@/lib/session";
import { commonTexts } from "@/texts/common";
import { settingsTexts } from "@/texts/settings";
import { useDeleteAccount } from "../queries/delete-account";

/** The end of the account. */
export function DangerTab() {
  const user = useUser();
  const forgetSession = useForgetSession();
  const deleteAccount = useDeleteAccount();
  const [isAsking, setAsking] = useState(false);

  const confirm = async () => {
    await deleteAccount.mutateAsync();
    notify.success(settingsTexts.accountDeleted);
    await forgetSession();
  };

  return (
    <Card className="border-destructive/40">
      <CardHeader className="flex-col">
        <CardTitle>{settingsTexts.dangerTitle}</CardTitle>
        <CardDescription className="text-pretty">{settingsTexts.dangerHint}</CardDescription>
      </CardHeader>
      <Button variant="destructive" className="self-start" onClick={() => setAsking(true)}>
        {settingsTexts.deleteAccount}
      </Button>
      <LazyConfirmDialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title={settingsTexts.deleteTitle}
        description={settingsTexts.deleteHint(user.email)}
        confirmLabel={commonTexts.delete}
        onConfirm={confirm}
      />
    </Card>
  );
}
