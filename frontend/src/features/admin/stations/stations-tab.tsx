import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { Plus, RadioTower } from "lucide-react";
import { useState } from "react";
import { EmptyFace, ErrorFace, RowsSkeleton } from "@/components/faces";
import { type InvitationLink, InvitationLinkDialog } from "@/components/invitation-link-dialog";
import { Button } from "@/components/ui/button";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { instanceStationsTexts as texts } from "@/texts/admin";
import { PAGE_SIZE, Pager } from "../pager";
import { instanceStationsQuery } from "../queries/list-instance-stations";
import { AddStationDialog } from "./add-station-dialog";
import { StationsTable } from "./stations-table";

/** Every station of the server. */
export function StationsTab() {
  const { page = 1 } = useSearch({ from: "/_app/admin" });
  const [isAdding, setAdding] = useState(false);
  const [link, setLink] = useState<InvitationLink | null>(null);
  const { data: stations, error, refetch } = useQuery(instanceStationsQuery({ page, size: PAGE_SIZE }));
  return (
    <Card>
      <CardHeader className="gap-y-3">
        <div>
          <CardTitle>{texts.title}</CardTitle>
          <CardDescription>{texts.hint}</CardDescription>
        </div>
        <Button onClick={() => setAdding(true)}>
          <Plus aria-hidden="true" />
          {texts.add}
        </Button>
      </CardHeader>
      {stations === undefined ? (
        error === null ? (
          <RowsSkeleton rows={8} rowClassName="h-12" />
        ) : (
          <ErrorFace error={error} onRetry={() => void refetch()} />
        )
      ) : stations.data.length === 0 ? (
        <EmptyFace icon={RadioTower} title={texts.empty} description={texts.emptyHint} />
      ) : (
        <StationsTable stations={stations.data} />
      )}
      {stations !== undefined && <Pager page={page} count={stations.count} />}
      {isAdding && <AddStationDialog onClose={() => setAdding(false)} onLink={setLink} />}
      {link && <InvitationLinkDialog invitation={link} onClose={() => setLink(null)} />}
    </Card>
  );
}
