import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, SearchX } from "lucide-react";
import type { ButtonPublic } from "@/client";
import { EmptyFace, ErrorFace, RowsSkeleton } from "@/components/faces";
import { PageHeader } from "@/components/page-header";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { usePageTitle } from "@/hooks/use-page-title";
import { buttonQuery } from "@/lib/one-button";
import { Problem } from "@/lib/problem";
import { canEdit, useStation } from "@/lib/station";
import { buttonTexts } from "@/texts/buttons";
import { commonTexts } from "@/texts/common";
import { ButtonActions } from "./actions/button-actions";
import { Corrections } from "./detail/corrections";
import { Facts } from "./detail/facts";
import { HeaderActions } from "./detail/header-actions";
import { KeysCard } from "./detail/keys-card";
import { Neighbours } from "./detail/neighbours";
import { RecentPresses } from "./detail/recent-presses";
import { Retirements } from "./detail/retirements";
import { Subtitle } from "./detail/subtitle";
import { Usage } from "./detail/usage";
import { Versions } from "./detail/versions";
import { pressKeysQuery } from "./queries/list-press-keys";
import { usageQuery } from "./queries/read-usage";

/** One button: what it says, how it is used, and what became of it. */
export function ButtonScreen({ buttonId }: { buttonId: string }) {
  const station = useStation();
  const { data: button, error, refetch } = useQuery(buttonQuery(station.id, buttonId));
  if (button !== undefined) {
    return (
      <ButtonActions>
        <LoadedButton button={button} />
      </ButtonActions>
    );
  }
  if (error === null) return <LoadingButton />;
  // What is no id at all is answered 422.
  const isMissing = error instanceof Problem && (error.status === 404 || error.status === 422);
  return isMissing ? <NoSuchButton /> : <ErrorFace error={error} onRetry={() => void refetch()} />;
}

function LoadedButton({ button }: { button: ButtonPublic }) {
  const isEditor = canEdit(useStation());
  return (
    <>
      <BackLink />
      <PageHeader title={button.title} description={<Subtitle button={button} />}>
        {isEditor && <HeaderActions button={button} />}
      </PageHeader>
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem] 2xl:grid-cols-[minmax(0,1fr)_28rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <Usage button={button} />
          <RecentPresses button={button} />
          <Corrections button={button} />
          <Versions button={button} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Facts button={button} />
          <Aside button={button} isEditor={isEditor} />
        </div>
      </div>
    </>
  );
}

/** Nobody knows how many keys and neighbours there are before they are here, so they come together: nothing jumps. */
function Aside({ button, isEditor }: { button: ButtonPublic; isEditor: boolean }) {
  const { station_id: stationId, id } = button;
  const usage = useQuery(usageQuery(stationId, id));
  const keys = useQuery({ ...pressKeysQuery(stationId, id, { isWithRevoked: false }), enabled: isEditor });
  if (usage.isPending || (isEditor && keys.isPending)) {
    return (
      <Card>
        <RowsSkeleton rows={6} rowClassName="h-12" />
      </Card>
    );
  }
  return (
    <>
      {isEditor && <KeysCard button={button} />}
      <Neighbours button={button} />
      <Retirements button={button} />
    </>
  );
}

function BackLink() {
  return (
    <Link
      to="/buttons"
      className="mb-3 inline-flex min-h-9 items-center gap-1.5 rounded-sm text-sm text-muted-foreground outline-none hover:text-foreground focus-visible:ring-2 focus-visible:ring-ring"
    >
      <ArrowLeft className="size-4" aria-hidden="true" />
      {buttonTexts.back}
    </Link>
  );
}

function LoadingButton() {
  return (
    <>
      <BackLink />
      <div role="status" aria-label={commonTexts.loading} className="flex flex-col gap-6">
        <Skeleton className="h-14 w-72 max-w-full" />
        <Skeleton className="h-96 w-full" />
      </div>
    </>
  );
}

function NoSuchButton() {
  usePageTitle(buttonTexts.notFound);
  return (
    <EmptyFace icon={SearchX} title={buttonTexts.notFound} description={buttonTexts.notFoundHint}>
      <Button asChild={true}>
        <Link to="/buttons">{buttonTexts.allButtons}</Link>
      </Button>
    </EmptyFace>
  );
}
