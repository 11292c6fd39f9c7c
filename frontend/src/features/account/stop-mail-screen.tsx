import { FormError } from "@/components/form-error";
import { PublicPage } from "@/components/public-page";
import { Button } from "@/components/ui/button";
import { messageOf } from "@/lib/problem";
import { accountTexts } from "@/texts/account";
import { useLinkToken } from "./link-token";
import { useStopMail } from "./queries/stop-mail";

const KINDS: Partial<Record<string, string>> = accountTexts.stopKinds;

/** The kind of mail that a token ends: it reads `station.member.kind.signature`. */
const kindOf = (token: string): string | undefined => KINDS[token.split(".")[2] ?? ""];

/** Ends a mail by the link at its end. It asks first: programs that look at links in mail press no button. */
export function StopMailScreen() {
  const { token, forget } = useLinkToken();
  return <Stopping key={token} token={token} onDone={forget} />;
}

function Stopping({ token, onDone }: { token: string; onDone: () => void }) {
  const stop = useStopMail();
  const kind = kindOf(token);
  if (kind === undefined) {
    return <PublicPage title={accountTexts.stopIncomplete} description={accountTexts.stopIncompleteHint} />;
  }
  if (stop.isSuccess) return <PublicPage title={accountTexts.stoppedTitle} description={accountTexts.stoppedHint} />;
  return (
    <PublicPage title={accountTexts.stopTitle} description={kind}>
      <FormError message={stop.isError ? messageOf(stop.error) : undefined} />
      <Button size="lg" disabled={stop.isPending} onClick={() => stop.mutate(token, { onSuccess: onDone })}>
        {accountTexts.stop}
      </Button>
    </PublicPage>
  );
}
