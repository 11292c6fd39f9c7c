import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import type { ButtonPublic } from "@/client";
import { FormField } from "@/components/form-field";
import { Button } from "@/components/ui/button";
import { DialogFooter } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { buttonWordsQuery } from "@/lib/button-words";
import { useStation } from "@/lib/station";
import { SUGGESTED_TYPES, typeName, typeOf } from "@/lib/type-name";
import { buttonFieldTexts } from "@/texts/button-fields";
import { bulkTexts, buttonFormTexts } from "@/texts/buttons";
import { commonTexts } from "@/texts/common";
import { ColorInput } from "../actions/color-input";
import type { BulkChange } from "./change";

const MAX_LENGTH = 40;

/** What the selected buttons are to get. */
export function ChangeForm({
  kind,
  buttons,
  onApply,
  onCancel,
}: {
  kind: BulkChange["kind"];
  buttons: readonly ButtonPublic[];
  onApply: (change: BulkChange) => void;
  onCancel: () => void;
}) {
  const [word, setWord] = useState("");
  const [color, setColor] = useState<string | null>(null);
  const change = changeOf(kind, { word: word.trim(), color });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (change) onApply(change);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {kind === "color" ? (
        <FormField label={buttonFormTexts.color}>
          {({ id }) => <ColorInput id={id} type={buttons[0]?.type ?? ""} color={color} onChange={setColor} />}
        </FormField>
      ) : (
        <WordInput kind={kind} buttons={buttons} word={word} onChange={setWord} />
      )}
      <DialogFooter>
        <Button variant="outline" onClick={onCancel}>
          {commonTexts.cancel}
        </Button>
        <Button type="submit" disabled={change === null}>
          {bulkTexts.apply}
        </Button>
      </DialogFooter>
    </form>
  );
}

function changeOf(
  kind: BulkChange["kind"],
  { word, color }: { word: string; color: string | null },
): BulkChange | null {
  if (kind === "color") return { kind, color };
  if (word === "") return null;
  if (kind === "type") return { kind, type: typeOf(word) };
  return kind === "add-tag" || kind === "remove-tag" ? { kind, tag: word } : null;
}

/** A type or a tag; of those to be removed, the ones that the buttons have are offered. */
function WordInput({
  kind,
  buttons,
  word,
  onChange,
}: {
  kind: BulkChange["kind"];
  buttons: readonly ButtonPublic[];
  word: string;
  onChange: (word: string) => void;
}) {
  const station = useStation();
  const { data: words } = useQuery(buttonWordsQuery(station.id));
  const listId = useId();
  const offered =
    kind === "type"
      ? [...new Set([...(words?.types ?? []), ...SUGGESTED_TYPES].map(typeName))]
      : kind === "remove-tag"
        ? [...new Set(buttons.flatMap(({ tags }) => tags))]
        : (words?.tags ?? []);
  return (
    <FormField label={kind === "type" ? buttonFieldTexts.type : bulkTexts.tag}>
      {(props) => (
        <>
          <Input
            {...props}
            list={listId}
            autoComplete="off"
            maxLength={MAX_LENGTH}
            value={word}
            onChange={(event) => onChange(event.target.value)}
          />
          <datalist id={listId}>
            {offered.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        </>
      )}
    </FormField>
  );
}
