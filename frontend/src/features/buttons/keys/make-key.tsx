import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ButtonPublic } from "@/client";
import { FormField } from "@/components/form-field";
import { Button } from "@/components/ui/button";
import { NativeSelect } from "@/components/ui/native-select";
import { decksQuery } from "@/lib/decks";
import { notify } from "@/lib/notify";
import { keysTexts } from "@/texts/buttons";
import { useCreatePressKey } from "../queries/create-press-key";

const NO_DECK = "";

/** Makes one more key, for a deck or for none. */
export function MakeKey({ button }: { button: ButtonPublic }) {
  const { data: decks = [] } = useQuery(decksQuery(button.station_id));
  const [deckId, setDeckId] = useState(NO_DECK);
  const { mutate, isPending } = useCreatePressKey(button.station_id, button.id);
  const make = () =>
    mutate(deckId === NO_DECK ? null : deckId, {
      onSuccess: (key) => notify.success(keysTexts.didMake(key.deck?.name ?? keysTexts.noDeck)),
    });
  return (
    <div className="flex items-end gap-2">
      <FormField label={keysTexts.makeFor} className="min-w-0 flex-1">
        {({ id }) => (
          <NativeSelect
            id={id}
            value={deckId}
            onChange={(event) => setDeckId(event.target.value)}
            className="h-10 w-full"
          >
            <option value={NO_DECK}>{keysTexts.noDeck}</option>
            {decks.map((deck) => (
              <option key={deck.id} value={deck.id}>
                {deck.name}
              </option>
            ))}
          </NativeSelect>
        )}
      </FormField>
      <Button variant="outline" onClick={make} disabled={isPending}>
        {keysTexts.make}
      </Button>
    </div>
  );
}
