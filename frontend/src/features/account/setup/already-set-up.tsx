import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { StationPublic } from "@/client";
import { LoginForm } from "@/components/login-form";
import { PublicPage } from "@/components/public-page";
import { Button } from "@/components/ui/button";
import { sessionQuery, useKeepSession } from "@/lib/session";
import { canEdit, chosenStation, stationsQuery } from "@/lib/station";
import { accountTexts } from "@/texts/account";
import { setupTexts } from "@/texts/setup";
import { GoTodayButton, LoadingPage, textLinkClasses, UnreachablePage } from "../public-pages";

/** Where there is an account already: who has one goes on from here. */
export function AlreadySetUp({ onGoOn }: { onGoOn: (station: StationPublic) => void }) {
  const session = useQuery(sessionQuery());
  if (session.error !== null) return <UnreachablePage error={session.error} onRetry={() => void session.refetch()} />;
  if (session.data === undefined) return <LoadingPage title={setupTexts.done} />;
  return session.data === null ? <Stranger /> : <Member email={session.data.user.email} onGoOn={onGoOn} />;
}

function Stranger() {
  const keepSession = useKeepSession();
  return (
    <PublicPage title={setupTexts.done} description={setupTexts.strangerHint}>
      <LoginForm onLoggedIn={keepSession}>
        <Link to="/recover-password" className={`self-end text-sm ${textLinkClasses}`}>
          {accountTexts.forgotPassword}
        </Link>
      </LoginForm>
    </PublicPage>
  );
}

function Member({ email, onGoOn }: { email: string; onGoOn: (station: StationPublic) => void }) {
  const stations = useQuery(stationsQuery());
  if (stations.data === undefined) {
    if (stations.error !== null)
      return <UnreachablePage error={stations.error} onRetry={() => void stations.refetch()} />;
    return <LoadingPage title={setupTexts.done} />;
  }
  const station = chosenStation(stations.data.filter(canEdit), undefined);
  const mayNot = station === null ? ` ${setupTexts.viewerHint}` : "";
  return (
    <PublicPage title={setupTexts.done} description={`${accountTexts.loggedInAs(email)}${mayNot}`}>
      <div className="flex flex-wrap gap-2">
        <GoTodayButton />
        {station !== null && (
          <Button variant="outline" onClick={() => onGoOn(station)}>
            {setupTexts.keyTitleAgain}
          </Button>
        )}
      </div>
    </PublicPage>
  );
}
