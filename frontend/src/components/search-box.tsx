import { Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Input } from "@/components/ui/input";
import { useDebounced } from "@/hooks/use-debounced";
import { cn } from "@/lib/cn";
import { commonTexts } from "@/texts/common";

const MAX_LENGTH = 200;

/** Searches while one types. The address follows, and leads: going back brings the text back too. */
export function SearchBox({
  label,
  placeholder,
  value,
  onChange,
  className,
}: {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string, options: { replace: boolean }) => void;
  className?: string;
}) {
  const [text, setText] = useState(value);
  const settled = useDebounced(text);
  // What this box itself last put into the address, to tell that from what came by a link.
  const own = useRef(value);
  const input = useRef<HTMLInputElement>(null);
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });

  useEffect(() => {
    if (value === own.current) return;
    own.current = value;
    setText(value);
  }, [value]);

  useEffect(() => {
    const wanted = settled.trim();
    if (wanted === own.current) return;
    // One entry in the history for a search, and not one for each letter.
    const replace = own.current !== "";
    own.current = wanted;
    latest.current(wanted, { replace });
  }, [settled]);

  return (
    <div className={cn("relative h-9", className)}>
      <Search className="absolute top-0 left-3 h-full w-4 text-muted-foreground" aria-hidden="true" />
      <Input
        ref={input}
        role="searchbox"
        aria-label={label}
        placeholder={placeholder}
        maxLength={MAX_LENGTH}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && text) setText("");
        }}
        className="h-full pr-9 pl-9"
      />
      {text && (
        <button
          type="button"
          aria-label={commonTexts.clearSearch}
          onClick={() => {
            setText("");
            input.current?.focus();
          }}
          className="absolute top-0 right-0 grid h-full w-9 place-content-center rounded-md text-muted-foreground outline-none hover:text-foreground focus-visible:ring-2 focus-visible:ring-ring"
        >
          <X className="size-4" aria-hidden="true" />
        </button>
      )}
    </div>
  );
}
