import { useState } from "react";
import type { ButtonPublic, StationPublic } from "@/client";
import { LiveProvider } from "@/lib/live";
import { DeckStep } from "./deck-step";
import { KeyStep } from "./key-step";

/** A key is named, put on a deck and pressed; then another one, if there is to be one. */
export function KeySteps({ station, isFirst }: { station: StationPublic; isFirst: boolean }) {
  const [isFirstKey, setFirstKey] = useState(isFirst);
  const [button, setButton] = useState<ButtonPublic | null>(null);
  const again = () => {
    setFirstKey(false);
    setButton(null);
  };
  return (
    <LiveProvider stationId={station.id}>
      {button === null ? (
        <KeyStep station={station} isFirst={isFirstKey} onMade={setButton} />
      ) : (
        <DeckStep key={button.id} station={station} made={button} isFirst={isFirstKey} onAgain={again} />
      )}
    </LiveProvider>
  );
}
