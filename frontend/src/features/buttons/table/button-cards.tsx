import type { ButtonPublic } from "@/client";
import { Ago } from "@/components/ago";
import { Skeleton } from "@/components/ui/skeleton";
import { cn } from "@/lib/cn";
import { formatDuration } from "@/lib/format";
import { canEdit, useStation } from "@/lib/station";
import { typeName } from "@/lib/type-name";
import { buttonsTexts, buttonTexts } from "@/texts/buttons";
import { RowMenu } from "../actions/row-menu";
import { PressUrl, TagList, TitleLink } from "./row-parts";
import { SelectCheckbox } from "./select-checkbox";
import type { Selection } from "./use-selection";

const SKELETON_CARDS = 8;

/** The page of buttons on a phone: one card each, with what one looks for there. */
export function ButtonCards({
  buttons,
  selection,
  isStale,
}: {
  buttons: ButtonPublic[] | undefined;
  selection: Selection;
  isStale: boolean;
}) {
  const isLoading = buttons === undefined;
  return (
    <ul
      className={cn("divide-y transition-opacity", isStale && "opacity-60")}
      aria-label={buttonsTexts.caption}
      aria-busy={isLoading || isStale}
    >
      {isLoading
        ? Array.from({ length: SKELETON_CARDS }, (_, card) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike and never move
            <li key={card} className="flex h-20 items-center px-4">
              <Skeleton className="h-10 w-full" />
            </li>
          ))
        : buttons.map((button) => <ButtonCard key={button.id} button={button} selection={selection} />)}
    </ul>
  );
}

function ButtonCard({ button, selection }: { button: ButtonPublic; selection: Selection }) {
  const isEditor = canEdit(useStation());
  const isSelected = selection.rowSelection[button.id] === true;
  const toggle = () =>
    selection.change(({ [button.id]: was, ...rest }) => (was ? rest : { ...rest, [button.id]: true }));
  return (
    <li className={cn("flex min-h-20 items-center gap-3 py-2.5 pr-2 pl-4", isSelected && "bg-accent")}>
      {isEditor && <SelectCheckbox checked={isSelected} label={buttonsTexts.select(button.title)} onToggle={toggle} />}
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <TitleLink button={button} />
        <p className="truncate text-xs text-muted-foreground tabular-nums">
          {typeName(button.type)} · {buttonTexts.pressCount(button.usage_count)}
          {button.duration !== null && <> · {formatDuration(button.duration)}</>}
        </p>
        <LastPress button={button} />
      </div>
      {isEditor && (
        <div className="flex shrink-0 items-center">
          <PressUrl button={button} />
          <RowMenu button={button} />
        </div>
      )}
    </li>
  );
}

function LastPress({ button }: { button: ButtonPublic }) {
  const { zone } = useStation();
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted-foreground">
      {button.last_pressed_at !== null && (
        <Ago instant={button.last_pressed_at} zone={zone} className="whitespace-nowrap" />
      )}
      {button.tags.length > 0 && <TagList tags={button.tags} />}
    </div>
  );
}
