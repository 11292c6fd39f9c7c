import type { ButtonPublic } from "@/client";
import { TypeDot } from "@/components/type-dot";
import { Badge } from "@/components/ui/badge";
import { formatDay } from "@/lib/format";
import { useStation } from "@/lib/station";
import { typeName } from "@/lib/type-name";
import { buttonTexts } from "@/texts/buttons";

/** Below the title: its type, its tags, and whether it is still in use. */
export function Subtitle({ button }: { button: ButtonPublic }) {
  const { zone } = useStation();
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1.5">
      <TypeDot type={button.type} color={button.color} />
      {typeName(button.type)}
      {button.tags.map((tag) => (
        <Badge key={tag} variant="outline" className="max-w-60 font-normal">
          <span className="truncate">{tag}</span>
        </Badge>
      ))}
      {button.retired_at !== null && (
        <Badge variant="secondary">{buttonTexts.retiredSince(formatDay(button.retired_at, zone))}</Badge>
      )}
    </span>
  );
}
