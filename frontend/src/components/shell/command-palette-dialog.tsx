import { useNavigate } from "@tanstack/react-router";
import { Command, CommandEmpty, CommandGroup, CommandInput, CommandItem, CommandList } from "@/components/ui/command";
import { Dialog, DialogContent, DialogDescription, DialogTitle } from "@/components/ui/dialog";
import { useUser } from "@/lib/session";
import { shellTexts } from "@/texts/shell";
import { entriesFor } from "./navigation";

export function CommandPaletteDialog({
  isOpen,
  onOpenChange,
}: {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}) {
  const user = useUser();
  const navigate = useNavigate();
  const run = (action: () => void) => {
    onOpenChange(false);
    action();
  };
  return (
    <Dialog open={isOpen} onOpenChange={onOpenChange}>
      <DialogContent isClosable={false} className="top-24 translate-y-0 gap-0 p-0 sm:p-0">
        <DialogTitle className="sr-only">{shellTexts.command}</DialogTitle>
        <DialogDescription className="sr-only">{shellTexts.commandDescription}</DialogDescription>
        <Command>
          <CommandInput placeholder={shellTexts.command} aria-label={shellTexts.command} />
          <CommandList>
            <CommandEmpty>{shellTexts.nothingFound}</CommandEmpty>
            <CommandGroup heading={shellTexts.screens}>
              {entriesFor({ isSuperuser: user.is_superuser }).map((entry) => (
                <CommandItem key={entry.to} onSelect={() => run(() => void navigate({ to: entry.to }))}>
                  <entry.icon aria-hidden="true" />
                  {entry.label}
                </CommandItem>
              ))}
            </CommandGroup>
          </CommandList>
        </Command>
      </DialogContent>
    </Dialog>
  );
}
