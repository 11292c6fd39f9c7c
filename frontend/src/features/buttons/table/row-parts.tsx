import type { ButtonPublic } from "@/client";
import { ButtonLabel } from "@/components/button-label";
import { CopyButton } from "@/components/copy-button";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { buttonsTexts } from "@/texts/buttons";
import { useButtonActions } from "../actions/button-actions";

const SHOWN_TAGS = 3;

export function TitleLink({ button }: { button: ButtonPublic }) {
  return (
    <span className="flex min-w-0 items-center gap-2.5">
      <ButtonLabel button={button} linkClassName="max-md:line-clamp-2 max-md:whitespace-normal" />
      {button.retired_at !== null && <Badge variant="secondary">{buttonsTexts.retired}</Badge>}
    </span>
  );
}

export function TagList({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return <span className="text-muted-foreground">{buttonsTexts.none}</span>;
  const rest = tags.slice(SHOWN_TAGS);
  return (
    <span className="flex items-center gap-1">
      {tags.slice(0, SHOWN_TAGS).map((tag) => (
        <Badge key={tag} variant="outline" className="max-w-32 font-normal">
          <span className="truncate">{tag}</span>
        </Badge>
      ))}
      {rest.length > 0 && (
        <span className="text-xs text-muted-foreground" title={rest.join(", ")}>
          {buttonsTexts.moreTags(rest.length)}
        </span>
      )}
    </span>
  );
}

/** One click and the press URL is on the clipboard. */
export function PressUrl({ button }: { button: ButtonPublic }) {
  const { openKeys } = useButtonActions();
  if (button.press_url === null) {
    return (
      <Button variant="link" size="sm" className="px-0" onClick={() => openKeys(button)}>
        {buttonsTexts.noKey}
      </Button>
    );
  }
  return <CopyButton text={button.press_url} label={buttonsTexts.copyUrl(button.title)} variant="ghost" />;
}
