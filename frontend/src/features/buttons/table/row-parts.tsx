import { Link } from "@tanstack/react-router";
import type { ButtonPublic } from "@/client";
import { CopyButton } from "@/components/copy-button";
import { TypeDot } from "@/components/type-dot";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { buttonsTexts } from "@/texts/buttons";
import { useButtonActions } from "../actions/button-actions";

const SHOWN_TAGS = 3;

export function TitleLink({ button }: { button: ButtonPublic }) {
  return (
    <span className="flex min-w-0 items-center gap-2.5">
      <TypeDot type={button.type} color={button.color} />
      <Link
        to="/buttons/$buttonId"
        params={{ buttonId: button.id }}
        className="rounded-sm font-medium max-md:line-clamp-2 md:truncate outline-none hover:underline focus-visible:ring-2 focus-visible:ring-ring"
        title={button.title}
      >
        {button.title}
      </Link>
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
