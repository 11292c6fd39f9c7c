import { X } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Input } from "@/components/ui/input";
import { buttonFormTexts } from "@/texts/buttons";

/** The tags with others added: each once, whatever its case. */
function withTags(tags: readonly string[], added: readonly string[]): string[] {
  const all = [...tags];
  for (const tag of added.map((text) => text.trim())) {
    const isKnown = all.some((one) => one.toLowerCase() === tag.toLowerCase());
    if (tag !== "" && !isKnown) all.push(tag);
  }
  return all;
}

/** Tags as chips; what is typed becomes one with Enter, with a comma, and when one leaves the field. A list is pasted whole. */
export function TagsInput({
  tags,
  onChange,
  suggestions,
  ...props
}: {
  tags: string[];
  onChange: (tags: string[]) => void;
  suggestions: readonly string[];
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}) {
  const [typed, setTyped] = useState("");
  const listId = useId();
  const add = (added: readonly string[], rest = "") => {
    setTyped(rest);
    const next = withTags(tags, added);
    if (next.length !== tags.length) onChange(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && typed.trim()) {
      event.preventDefault();
      add([typed]);
    } else if (event.key === "Backspace" && typed === "") onChange(tags.slice(0, -1));
  };

  return (
    <div className="flex flex-col gap-2">
      {tags.length > 0 && (
        <ul className="flex flex-wrap gap-1.5">
          {tags.map((tag) => (
            <li key={tag}>
              <Badge variant="secondary" className="max-w-60 py-0 pr-0.5 text-sm font-normal">
                <span className="truncate">{tag}</span>
                <button
                  type="button"
                  aria-label={buttonFormTexts.removeTag(tag)}
                  className="grid size-7 place-content-center rounded-full outline-none hover:text-destructive focus-visible:ring-2 focus-visible:ring-ring max-md:size-9"
                  onClick={() => onChange(tags.filter((one) => one !== tag))}
                >
                  <X aria-hidden="true" />
                </button>
              </Badge>
            </li>
          ))}
        </ul>
      )}
      <Input
        {...props}
        list={listId}
        autoComplete="off"
        value={typed}
        onChange={(event) => {
          const parts = event.target.value.split(",");
          add(parts.slice(0, -1), parts.at(-1)?.trimStart());
        }}
        onKeyDown={onKeyDown}
        onBlur={() => add([typed])}
      />
      <datalist id={listId}>
        {suggestions.map((tag) => (
          <option key={tag} value={tag} />
        ))}
      </datalist>
    </div>
  );
}
