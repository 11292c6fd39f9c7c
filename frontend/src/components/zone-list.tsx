import { Check } from "lucide-react";
import { useEffect, useRef } from "react";
import { Command, CommandEmpty, CommandGroup, CommandInput, CommandItem, CommandList } from "@/components/ui/command";
import { ownZone } from "@/lib/format";
import { zoneTexts } from "@/texts/zones";

/** The zones that this browser knows. UTC, which a list of places leaves out, is one of them. */
const knownZones = (): string[] => [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])].sort();

/** Every time zone, with a search. */
export function ZoneList({ chosen, onChoose }: { chosen: string; onChoose: (zone: string) => void }) {
  const here = ownZone();
  const search = useRef<HTMLInputElement>(null);
  // This comes after the frame around it has opened, which then found nothing to give the focus to.
  useEffect(() => search.current?.focus(), []);
  const others = knownZones().filter((zone) => zone !== here);
  return (
    <Command loop={true}>
      <CommandInput ref={search} placeholder={zoneTexts.search} aria-label={zoneTexts.search} />
      <CommandList>
        <CommandEmpty>{zoneTexts.none}</CommandEmpty>
        <CommandGroup heading={zoneTexts.here}>
          <Zone zone={here} isChosen={here === chosen} onChoose={onChoose} />
        </CommandGroup>
        <CommandGroup heading={zoneTexts.all}>
          {others.map((zone) => (
            <Zone key={zone} zone={zone} isChosen={zone === chosen} onChoose={onChoose} />
          ))}
        </CommandGroup>
      </CommandList>
    </Command>
  );
}

function Zone({ zone, isChosen, onChoose }: { zone: string; isChosen: boolean; onChoose: (zone: string) => void }) {
  return (
    // People write "New York", and the zone is America/New_York.
    <CommandItem value={zone} keywords={[zone.replaceAll(/[/_]/g, " ")]} onSelect={() => onChoose(zone)}>
      {zone}
      {isChosen && <Check className="ml-auto" aria-hidden="true" />}
    </CommandItem>
  );
}
