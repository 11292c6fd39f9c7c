import { useQuery } from "@tanstack/react-query";
import { Grid3x3 } from "lucide-react";
import type { ButtonPublic } from "@/client";
import { useDebounced } from "@/hooks/use-debounced";
import { copyText } from "@/lib/clipboard";
import { foundButtonsQuery } from "@/lib/find-buttons";
import { notify } from "@/lib/notify";
import { useMaybeStation } from "@/lib/station";
import { commonTexts } from "@/texts/common";
import { paletteTexts } from "@/texts/palette";
import { type Choice, isMeant } from "./choice";
import { useGo } from "./use-choices";

const DELAY_MS = 180;

export type FoundButtons = { choices: Choice[]; isSearching: boolean; hasFailed: boolean };

/** Finds buttons by what was typed: to go to one, or to copy its press URL. */
export function useButtonChoices(typed: string, purpose: "go" | "copy"): FoundButtons {
  const station = useMaybeStation();
  const text = useDebounced(typed, DELAY_MS);
  const go = useGo();
  const isWanted = station !== null && (purpose === "copy" || typed !== "");
  const { data, isError, isPlaceholderData } = useQuery({
    ...foundButtonsQuery(station?.id ?? "", text, purpose === "go" ? "all" : "active"),
    enabled: isWanted && (purpose === "copy" || text !== ""),
  });
  if (!isWanted) return { choices: [], isSearching: false, hasFailed: false };
  const isSearching = !isError && (data === undefined || text !== typed);
  const toChoice = purpose === "go" ? (button: ButtonPublic) => choiceToOpen(button, go) : choiceToCopy;
  const choices = (data ?? []).flatMap((button) => toChoice(button) ?? []);
  // Of what an earlier text found only what this one means too: Enter must not go to something else.
  const isOld = isPlaceholderData || text !== typed;
  return {
    choices: isOld ? choices.filter((choice) => isMeant(choice, typed)) : choices,
    isSearching,
    hasFailed: isError,
  };
}

function choiceToOpen({ id, station_id, title, retired_at }: ButtonPublic, go: (href: string) => void): Choice {
  return {
    id: buttonId({ id, station_id, title }),
    label: title,
    icon: Grid3x3,
    hint: retired_at === null ? undefined : paletteTexts.retired,
    run: () => go(`/buttons/${id}`),
  };
}

function choiceToCopy({ id, title, press_url }: ButtonPublic): Choice | null {
  if (press_url === null) return null;
  const copy = async () => {
    if (await copyText(press_url)) notify.success(paletteTexts.copied(title));
    else notify.error(commonTexts.copyRefused);
  };
  return { id: `copy:${id}`, label: title, icon: Grid3x3, run: copy };
}

const buttonId = ({ id, station_id, title }: Pick<ButtonPublic, "id" | "station_id" | "title">) =>
  `button:${station_id}:${id}:${title}`;

/** A button that was chosen before, from nothing but its id. Null for those of other stations. */
export function rememberedButton(id: string, stationId: string | undefined, go: (href: string) => void): Choice | null {
  const [, station, button, title] = /^button:([^:]+):([^:]+):(.+)$/s.exec(id) ?? [];
  if (title === undefined || station !== stationId) return null;
  return { id, label: title, icon: Grid3x3, run: () => go(`/buttons/${button}`) };
}
