import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { StationPublic } from "@/client";
import { PublicPage } from "@/components/public-page";
import { setupTexts } from "@/texts/setup";
import { useLinkToken } from "./link-token";
import { LoadingPage, UnreachablePage } from "./public-pages";
import { setupStateQuery } from "./queries/read-setup-state";
import { AccountStep } from "./setup/account-step";
import { AlreadySetUp } from "./setup/already-set-up";
import { KeySteps } from "./setup/key-steps";

/** The first start, from the link that the server printed to the first press; later, a quick way to one more key. */
export function SetupScreen() {
  const { token, forget } = useLinkToken();
  const [chosen, setChosen] = useState<{ station: StationPublic; isFirst: boolean } | null>(null);
  const { data: state, error, refetch } = useQuery(setupStateQuery());

  if (chosen !== null) return <KeySteps {...chosen} />;
  // Only where it was never told: what is typed below must outlast a moment without an answer.
  if (state === undefined) {
    if (error !== null) return <UnreachablePage error={error} onRetry={() => void refetch()} />;
    return <LoadingPage title={setupTexts.loading} />;
  }
  if (!state.is_needed) return <AlreadySetUp onGoOn={(station) => setChosen({ station, isFirst: false })} />;
  if (token === "") {
    return <PublicPage title={setupTexts.noToken} description={setupTexts.noTokenHint(setupTexts.linkEnding)} />;
  }
  return (
    <AccountStep
      token={token}
      onAlreadySetUp={() => void refetch()}
      onDone={(station) => {
        setChosen({ station, isFirst: true });
        forget();
      }}
    />
  );
}
