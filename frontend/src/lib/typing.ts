const TEXT_FIELDS = "input, textarea, select, [contenteditable]";
const DIALOGS = '[role="dialog"], [role="alertdialog"]';

/** Whether a key that is pressed there belongs to a text. */
const isTextField = (element: EventTarget | null): boolean =>
  element instanceof Element && element.closest(TEXT_FIELDS) !== null;

/** Whether somebody is in the middle of something that a reload, or a jump, would take away. */
export const isBusy = (): boolean => isTextField(document.activeElement) || document.querySelector(DIALOGS) !== null;
