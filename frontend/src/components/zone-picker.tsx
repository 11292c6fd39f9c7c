import { ChevronsUpDown } from "lucide-react";
import { lazy, type Ref, Suspense, useState } from "react";
import { RowsSkeleton } from "@/components/faces";
import { inputClasses } from "@/components/ui/input";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover";
import { cn } from "@/lib/cn";
import { zoneTexts } from "@/texts/zones";

// Four hundred zones and what searches them: fetched by who opens the list.
const ZoneList = lazy(async () => ({ default: (await import("./zone-list")).ZoneList }));

/** Chooses a time zone by its IANA name; of the list, this browser's own comes first. */
export function ZonePicker({
  value,
  onChange,
  ...props
}: {
  value: string;
  onChange: (zone: string) => void;
  ref?: Ref<HTMLButtonElement>;
  id?: string;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: true | undefined;
  disabled?: boolean;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover open={isOpen} onOpenChange={setOpen}>
      <PopoverTrigger asChild={true}>
        <button
          {...props}
          type="button"
          role="combobox"
          aria-expanded={isOpen}
          aria-haspopup="dialog"
          data-testid="zone-picker"
          className={cn(inputClasses, "items-center justify-between gap-2 text-left")}
        >
          <span className={cn("truncate", value === "" && "text-muted-foreground")}>{value || zoneTexts.choose}</span>
          <ChevronsUpDown className="size-4 shrink-0 text-muted-foreground" aria-hidden="true" />
        </button>
      </PopoverTrigger>
      <PopoverContent className="w-(--radix-popover-trigger-width) min-w-64 p-0" aria-label={zoneTexts.choose}>
        <Suspense fallback={<RowsSkeleton rows={4} rowClassName="m-1 w-auto" />}>
          <ZoneList
            chosen={value}
            onChoose={(zone) => {
              onChange(zone);
              setOpen(false);
            }}
          />
        </Suspense>
      </PopoverContent>
    </Popover>
  );
}
