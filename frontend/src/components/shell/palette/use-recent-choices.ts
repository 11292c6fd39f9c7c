import { useState } from "react";
import { recentChoices } from "@/lib/recent";
import { useMaybeStation } from "@/lib/station";
import type { Choice } from "./choice";
import { rememberedButton } from "./use-button-choices";
import { useGo } from "./use-choices";

/** What was chosen last, of what there still is. It stays as it was when the palette was opened. */
export function useRecentChoices(known: readonly Choice[]): Choice[] {
  const [ids] = useState(recentChoices);
  const station = useMaybeStation();
  const go = useGo();
  return ids.flatMap((id) => known.find((choice) => choice.id === id) ?? rememberedButton(id, station?.id, go) ?? []);
}
