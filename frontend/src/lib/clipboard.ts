/** Puts a text on the clipboard; false where the browser refuses. Works on plain http too, where there is no Clipboard API. */
export async function copyText(text: string): Promise<boolean> {
  if (window.isSecureContext && navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Refused by a permission; the old way may still work.
    }
  }
  return copyBySelection(text);
}

function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.style.cssText = "position:fixed;top:0;left:0;opacity:0";
  // Inside an open dialog, whose focus trap takes the selection away from anything outside of it.
  const dialogs = document.querySelectorAll<HTMLElement>('[role="dialog"], [role="alertdialog"]');
  const place = dialogs[dialogs.length - 1] ?? document.body;
  const focused = document.activeElement;
  place.append(area);
  area.select();
  try {
    // Deprecated, and the only way there is on plain http.
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    area.remove();
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  }
}
