import { Checkbox } from "@/components/ui/checkbox";

/** A checkbox with room for a thumb around it; with Shift held, `onToggle` is to choose everything in between. */
export function SelectCheckbox({
  checked,
  label,
  onToggle,
}: {
  checked: boolean | "indeterminate";
  label: string;
  onToggle: (change: { target: { checked: boolean }; shiftKey: boolean }) => void;
}) {
  return (
    <Checkbox
      checked={checked}
      aria-label={label}
      className="relative after:absolute after:-inset-2.5 after:content-['']"
      onClick={(event) => onToggle({ target: { checked: checked !== true }, shiftKey: event.shiftKey })}
    />
  );
}
