import { useQuery } from "@tanstack/react-query";
import { ChevronDown, X } from "lucide-react";
import { useState } from "react";
import type { ButtonPublic } from "@/client";
import { FormField } from "@/components/form-field";
import { TypeDot } from "@/components/type-dot";
import { Button } from "@/components/ui/button";
import { Command, CommandEmpty, CommandInput, CommandItem, CommandList } from "@/components/ui/command";
import { inputClasses } from "@/components/ui/input";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover";
import { useDebounced } from "@/hooks/use-debounced";
import { cn } from "@/lib/cn";
import { foundButtonsQuery } from "@/lib/find-buttons";
import { buttonQuery } from "@/lib/one-button";
import { logTexts } from "@/texts/log";

const MAX_SHOWN = 50;

/** A button of the station, found by typing a part of its title. */
export function ButtonField({
  stationId,
  buttonId,
  error,
  isOptional = false,
  onChange,
}: {
  stationId: string;
  buttonId: string | null;
  error?: string | undefined;
  isOptional?: boolean;
  onChange: (button: ButtonPublic | null) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const { data: chosen } = useQuery({ ...buttonQuery(stationId, buttonId ?? ""), enabled: buttonId !== null });
  const choose = (button: ButtonPublic | null) => {
    onChange(button);
    setOpen(false);
  };
  return (
    <FormField label={logTexts.button} error={error}>
      {(props) => (
        <div className="flex gap-1">
          <Popover open={isOpen} onOpenChange={setOpen}>
            <PopoverTrigger {...props} type="button" className={cn(inputClasses, "items-center gap-2 text-left")}>
              {buttonId !== null && chosen ? (
                <>
                  <TypeDot type={chosen.type} color={chosen.color} />
                  <span className="truncate">{chosen.title}</span>
                </>
              ) : (
                <span className="truncate text-muted-foreground">
                  {isOptional ? logTexts.anyButton : logTexts.findButton}
                </span>
              )}
              <ChevronDown className="ml-auto size-4 shrink-0 text-muted-foreground" aria-hidden="true" />
            </PopoverTrigger>
            <PopoverContent className="w-(--radix-popover-trigger-width) min-w-72 p-0">
              <ButtonList stationId={stationId} onChoose={choose} />
            </PopoverContent>
          </Popover>
          {isOptional && buttonId !== null && (
            <Button
              variant="ghost"
              size="icon"
              aria-label={logTexts.removeFilter(logTexts.button)}
              onClick={() => choose(null)}
            >
              <X aria-hidden="true" />
            </Button>
          )}
        </div>
      )}
    </FormField>
  );
}

function ButtonList({ stationId, onChoose }: { stationId: string; onChoose: (button: ButtonPublic) => void }) {
  const [typed, setTyped] = useState("");
  const text = useDebounced(typed.trim(), 200);
  const { data: buttons, isPending } = useQuery(foundButtonsQuery(stationId, text, "all", MAX_SHOWN));
  return (
    <Command shouldFilter={false}>
      <CommandInput
        value={typed}
        onValueChange={setTyped}
        placeholder={logTexts.findButton}
        aria-label={logTexts.findButton}
      />
      <CommandList className="max-h-64">
        {!isPending && <CommandEmpty>{logTexts.noButton}</CommandEmpty>}
        {buttons?.map((button) => (
          <CommandItem key={button.id} value={button.id} onSelect={() => onChoose(button)}>
            <TypeDot type={button.type} color={button.color} />
            <span className="truncate">{button.title}</span>
          </CommandItem>
        ))}
      </CommandList>
    </Command>
  );
}
