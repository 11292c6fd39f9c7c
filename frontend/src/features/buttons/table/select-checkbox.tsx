import { useEffect, useRef } from "react";

/**
 * A checkbox with room for a thumb around it; with Shift held, `onToggle` is to choose everything in between.
 *
 * The browser's own: there is one in each row, and the first screen has no bytes to spare.
 */
export function SelectCheckbox({
  checked,
  label,
  onToggle,
}: {
  checked: boolean | "indeterminate";
  label: string;
  onToggle: (change: { target: { checked: boolean }; shiftKey: boolean }) => void;
}) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = checked === "indeterminate";
  }, [checked]);
  return (
    <label className="-m-2.5 inline-grid size-9.5 shrink-0 cursor-pointer place-content-center align-middle">
      <input
        ref={box}
        type="checkbox"
        checked={checked === true}
        aria-label={label}
        className="size-4.5 cursor-pointer rounded-sm accent-primary outline-none focus-visible:ring-2 focus-visible:ring-ring"
        onChange={(event) =>
          onToggle({
            target: { checked: event.target.checked },
            shiftKey: event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey,
          })
        }
      />
    </label>
  );
}
