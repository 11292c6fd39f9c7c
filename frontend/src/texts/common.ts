/** Words that more than one screen says. */
export const commonTexts = {
  productName: "Stream Deck Button Tracker",
  close: "Close",
  cancel: "Cancel",
  save: "Save",
  edit: "Edit",
  delete: "Delete",
  retry: "Try again",
  undo: "Undo",
  loading: "Loading…",
  copy: "Copy",
  copied: "Copied",
  copyRefused: "This browser does not let the page copy. Select the text and copy it by hand.",
  unreachable: "The server does not answer. Check that it is running, and your network, then try again.",
  failedWithStatus: (status: number) => `The server answered with an error (${status}). Try again shortly.`,
  somethingWentWrong: "Something went wrong. Try again.",
  pageTitle: (page: string) => `${page} – Stream Deck Button Tracker`,
} as const;
