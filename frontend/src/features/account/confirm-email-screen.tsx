import { FormError } from "@/components/form-error";
import { PublicPage } from "@/components/public-page";
import { Button } from "@/components/ui/button";
import { messageOf } from "@/lib/problem";
import { accountTexts } from "@/texts/account";
import { useLinkToken } from "./link-token";
import { DeadLinkPage, isLinkDead, LogInButton } from "./public-pages";
import { useConfirmEmail } from "./queries/confirm-email";

/** Confirms a new address by the link of a mail. It asks first: programs that look at links in mail press no button. */
export function ConfirmEmailScreen() {
  const { token, forget } = useLinkToken();
  return <Confirmation key={token} token={token} onDone={forget} />;
}

function Confirmation({ token, onDone }: { token: string; onDone: () => void }) {
  const confirm = useConfirmEmail();
  if (token === "" || isLinkDead(confirm.error)) return <DeadLinkPage hint={accountTexts.confirmDead} />;
  if (confirm.isSuccess) {
    return (
      <PublicPage title={accountTexts.confirmedTitle} description={accountTexts.confirmedHint}>
        <LogInButton />
      </PublicPage>
    );
  }
  return (
    <PublicPage title={accountTexts.confirmTitle} description={accountTexts.confirmHint}>
      <FormError message={confirm.isError ? messageOf(confirm.error) : undefined} />
      <Button size="lg" disabled={confirm.isPending} onClick={() => confirm.mutate(token, { onSuccess: onDone })}>
        {accountTexts.confirm}
      </Button>
    </PublicPage>
  );
}
