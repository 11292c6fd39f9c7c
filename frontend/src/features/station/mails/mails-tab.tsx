import { useQuery } from "@tanstack/react-query";
import { MailX, TriangleAlert } from "lucide-react";
import { useId } from "react";
import type { MailWishesPublic } from "@/client";
import { EmptyFace, ErrorFace, RowsSkeleton } from "@/components/faces";
import { Alert } from "@/components/ui/alert";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { Label } from "@/components/ui/label";
import { Switch } from "@/components/ui/switch";
import { Problem } from "@/lib/problem";
import { useStation } from "@/lib/station";
import { mailsTexts } from "@/texts/station";
import { useChooseMails } from "../queries/choose-mails";
import { mailsQuery } from "../queries/read-mails";

/** Which mails of the station the user wants. */
export function MailsTab() {
  const station = useStation();
  const { data: wishes, error, refetch } = useQuery(mailsQuery(station.id));
  return (
    <Card className="max-w-3xl">
      <CardHeader>
        <div>
          <CardTitle>{mailsTexts.title}</CardTitle>
          <CardDescription>{mailsTexts.hint}</CardDescription>
        </div>
      </CardHeader>
      {wishes !== undefined ? (
        <Wishes stationId={station.id} wishes={wishes} />
      ) : error === null ? (
        <RowsSkeleton rows={2} rowClassName="h-14" />
      ) : error instanceof Problem && error.code === "member_not_found" ? (
        <EmptyFace icon={MailX} title={mailsTexts.notMember} description={mailsTexts.notMemberHint} />
      ) : (
        <ErrorFace error={error} onRetry={() => void refetch()} />
      )}
    </Card>
  );
}

function Wishes({ stationId, wishes }: { stationId: string; wishes: MailWishesPublic }) {
  const { mutate: choose } = useChooseMails(stationId);
  return (
    <>
      {!wishes.is_mail_configured && (
        <Alert variant="warning">
          <TriangleAlert aria-hidden="true" />
          <p>{mailsTexts.notConfigured}</p>
        </Alert>
      )}
      <div className="flex flex-col divide-y">
        <Wish
          label={mailsTexts.weekly}
          hint={mailsTexts.weeklyHint}
          isWanted={wishes.weekly}
          onChange={(weekly) => choose({ weekly })}
        />
        <Wish
          label={mailsTexts.deckQuiet}
          hint={mailsTexts.deckQuietHint}
          isWanted={wishes.deck_quiet}
          onChange={(deckQuiet) => choose({ deck_quiet: deckQuiet })}
        />
      </div>
    </>
  );
}

function Wish({
  label,
  hint,
  isWanted,
  onChange,
}: {
  label: string;
  hint: string;
  isWanted: boolean;
  onChange: (isWanted: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="flex items-center justify-between gap-6 py-3 first:pt-0 last:pb-0">
      <div>
        <Label htmlFor={id}>{label}</Label>
        <p id={`${id}-hint`} className="mt-0.5 text-sm text-pretty text-muted-foreground">
          {hint}
        </p>
      </div>
      <Switch id={id} aria-describedby={`${id}-hint`} checked={isWanted} onCheckedChange={onChange} />
    </div>
  );
}
