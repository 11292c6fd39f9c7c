import { useRef, useState } from "react";
import { Command, CommandGroup, CommandInput, CommandItem, CommandList } from "@/components/ui/command";
import { Dialog, DialogContent, DialogDescription, DialogTitle } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";
import { rememberChoice } from "@/lib/recent";
import { keyNames, paletteTexts } from "@/texts/palette";
import { type Choice, isMeant } from "./palette/choice";
import { useButtonChoices } from "./palette/use-button-choices";
import { useEditChoices, useOwnChoices, useScreenChoices, useStationChoices } from "./palette/use-choices";
import { useRecentChoices } from "./palette/use-recent-choices";

type Page = "all" | "copy";
/** Has another dialog take its place. */
type OnShow = (dialog: "keys" | "device") => void;

/** What the palette has to say to what was typed, in groups. */
function useGroups(page: Page, typed: string, { onCopy, onShow }: { onCopy: () => void; onShow: OnShow }) {
  const screens = useScreenChoices();
  const actions = [...useEditChoices({ onCopy }), ...useOwnChoices({ onShow })];
  const stations = useStationChoices();
  const found = useButtonChoices(typed, page === "copy" ? "copy" : "go");
  const recent = useRecentChoices([...screens, ...actions, ...stations]);
  const groups =
    page === "copy"
      ? [{ heading: paletteTexts.buttons, choices: found.choices }]
      : [
          { heading: paletteTexts.recent, choices: typed === "" ? recent : [] },
          { heading: paletteTexts.screens, choices: screens.filter((choice) => isMeant(choice, typed)) },
          { heading: paletteTexts.buttons, choices: found.choices },
          { heading: paletteTexts.actions, choices: actions.filter((choice) => isMeant(choice, typed)) },
          { heading: paletteTexts.stations, choices: stations.filter((choice) => isMeant(choice, typed)) },
        ];
  return { groups: groups.filter(({ choices }) => choices.length > 0), found };
}

/** Shown as long as it is there. */
export function CommandPaletteDialog({ onClose, onShow }: { onClose: () => void; onShow: OnShow }) {
  return (
    <Dialog open={true} onOpenChange={onClose}>
      <Palette onClose={onClose} onShow={onShow} />
    </Dialog>
  );
}

function Palette({ onClose, onShow }: { onClose: () => void; onShow: OnShow }) {
  const [page, setPage] = useState<Page>("all");
  const [text, setText] = useState("");
  // What was chosen takes the focus along, to a heading or another dialog.
  const hasChosen = useRef(false);
  const typed = text.trim();
  const turnTo = (next: Page) => {
    setPage(next);
    setText("");
  };
  const { groups, found } = useGroups(page, typed, { onCopy: () => turnTo("copy"), onShow });

  const choose = async (choice: Choice) => {
    if (page === "copy") {
      // While the palette is open: over plain http a text is copied from where the focus is.
      await choice.run();
      onClose();
      return;
    }
    rememberChoice(choice.id);
    if (!choice.staysOpen) {
      hasChosen.current = true;
      onClose();
    }
    await choice.run();
  };

  return (
    <DialogContent
      isClosable={false}
      className="top-[12dvh] translate-y-0 gap-0 overflow-hidden p-0 sm:p-0"
      onEscapeKeyDown={(event) => {
        if (page === "all") return;
        event.preventDefault();
        turnTo("all");
      }}
      onCloseAutoFocus={(event) => {
        if (hasChosen.current) event.preventDefault();
      }}
    >
      <DialogTitle className="sr-only">{paletteTexts.placeholder}</DialogTitle>
      <DialogDescription className="sr-only">{paletteTexts.description}</DialogDescription>
      <Command shouldFilter={false} label={paletteTexts.placeholder}>
        <CommandInput
          value={text}
          onValueChange={setText}
          onKeyDown={(event) => {
            if (event.key === "Backspace" && text === "" && page !== "all") turnTo("all");
          }}
          placeholder={page === "copy" ? paletteTexts.whichButton : paletteTexts.placeholder}
          aria-label={page === "copy" ? paletteTexts.whichButton : paletteTexts.placeholder}
        />
        <CommandList className="max-h-[min(24rem,60dvh)]">
          {groups.map(({ heading, choices }) => (
            <CommandGroup key={heading} heading={heading}>
              {choices.map((choice) => (
                <Line key={choice.id} choice={choice} scope={heading} onChoose={choose} />
              ))}
            </CommandGroup>
          ))}
        </CommandList>
        <State isEmpty={groups.length === 0} page={page} typed={typed} {...found} />
        <Keys canGoBack={page !== "all"} />
      </Command>
    </DialogContent>
  );
}

function Line({
  choice,
  scope,
  onChoose,
}: {
  choice: Choice;
  scope: string;
  onChoose: (choice: Choice) => Promise<void>;
}) {
  return (
    <CommandItem value={`${scope} ${choice.id}`} onSelect={() => void onChoose(choice)}>
      <choice.icon aria-hidden="true" />
      <span className="truncate">{choice.label}</span>
      {choice.hint && <span className="ml-auto pl-3 text-xs text-muted-foreground">{choice.hint}</span>}
    </CommandItem>
  );
}

/** What stands below, or in place of, what was found. */
function State({
  isEmpty,
  isSearching,
  hasFailed,
  page,
  typed,
}: {
  isEmpty: boolean;
  isSearching: boolean;
  hasFailed: boolean;
  page: Page;
  typed: string;
}) {
  const words = () => {
    if (hasFailed) return paletteTexts.failed;
    if (isSearching) return isEmpty ? paletteTexts.searching : null;
    if (!isEmpty) return null;
    return page === "copy" && typed === "" ? paletteTexts.noButtons : paletteTexts.nothingFound(typed);
  };
  return (
    <p role="status" className="px-3 py-5 text-center text-sm text-muted-foreground empty:hidden">
      {words()}
    </p>
  );
}

function Keys({ canGoBack }: { canGoBack: boolean }) {
  return (
    <div
      aria-hidden="true"
      className="hidden items-center gap-4 border-t px-3 py-2 text-xs text-muted-foreground sm:flex"
    >
      <KeyHint name={keyNames.upDown}>{paletteTexts.choose}</KeyHint>
      <KeyHint name={keyNames.enterSign}>{paletteTexts.go}</KeyHint>
      {canGoBack && <KeyHint name={keyNames.backspace}>{paletteTexts.back}</KeyHint>}
      <KeyHint name={keyNames.escape}>{canGoBack ? paletteTexts.back : paletteTexts.close}</KeyHint>
    </div>
  );
}

function KeyHint({ name, children }: { name: string; children: string }) {
  return (
    <span className="flex items-center gap-1.5">
      <Kbd>{name}</Kbd>
      {children}
    </span>
  );
}
