import { TypeDot } from "@/components/type-dot";
import { Checkbox } from "@/components/ui/checkbox";
import { Label } from "@/components/ui/label";
import { buttonFormTexts } from "@/texts/buttons";

const FIRST_COLOR = "#2f7d4f";

/** The colour of the type, or one of its own. */
export function ColorInput({
  type,
  color,
  onChange,
  id,
}: {
  type: string;
  color: string | null;
  onChange: (color: string | null) => void;
  id: string;
}) {
  const isOwn = color !== null;
  return (
    <div className="flex h-10 items-center gap-3">
      <Checkbox
        id={id}
        checked={isOwn}
        onCheckedChange={(checked) => onChange(checked === true ? FIRST_COLOR : null)}
      />
      <Label htmlFor={id} className="font-normal">
        {buttonFormTexts.ownColor}
      </Label>
      {isOwn ? (
        <input
          type="color"
          aria-label={buttonFormTexts.color}
          value={color}
          onChange={(event) => onChange(event.target.value)}
          className="h-9 w-12 cursor-pointer rounded-md border border-input bg-card p-1 outline-none focus-visible:ring-2 focus-visible:ring-ring"
        />
      ) : (
        <span title={buttonFormTexts.typeColor} className="flex">
          <TypeDot type={type} className="size-4" />
        </span>
      )}
    </div>
  );
}
