import { useQuery } from "@tanstack/react-query";
import { Keyboard, Plus } from "lucide-react";
import { useState } from "react";
import { EmptyFace, ErrorFace, RowsSkeleton } from "@/components/faces";
import { Button } from "@/components/ui/button";
import { decksQuery } from "@/lib/decks";
import { canEdit, useStation } from "@/lib/station";
import { decksTexts } from "@/texts/station";
import { DeckCard } from "./deck-card";
import { DeckDialog } from "./deck-dialog";

/** The Stream Decks of the station: whether they are heard, and their test mode. */
export function DecksTab() {
  const station = useStation();
  const [isAdding, setAdding] = useState(false);
  const { data: decks, error, refetch } = useQuery(decksQuery(station.id));
  const add = canEdit(station) && (
    <Button onClick={() => setAdding(true)}>
      <Plus aria-hidden="true" />
      {decksTexts.add}
    </Button>
  );
  return (
    <section className="flex max-w-5xl flex-col gap-4">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div>
          <h2 className="text-base font-semibold">{decksTexts.title}</h2>
          <p className="text-sm text-muted-foreground">{decksTexts.hint}</p>
        </div>
        {decks !== undefined && decks.length > 0 && add}
      </div>
      {decks === undefined ? (
        error === null ? (
          <RowsSkeleton rows={3} rowClassName="h-36 rounded-lg" />
        ) : (
          <ErrorFace error={error} onRetry={() => void refetch()} />
        )
      ) : decks.length === 0 ? (
        <EmptyFace
          icon={Keyboard}
          title={decksTexts.empty}
          description={canEdit(station) ? decksTexts.emptyHint : decksTexts.emptyViewer}
          className="rounded-lg border bg-card"
        >
          {add}
        </EmptyFace>
      ) : (
        <ul className="flex flex-col gap-3">
          {decks.map((deck) => (
            <DeckCard key={deck.id} deck={deck} />
          ))}
        </ul>
      )}
      {isAdding && <DeckDialog deck={null} onClose={() => setAdding(false)} />}
    </section>
  );
}
