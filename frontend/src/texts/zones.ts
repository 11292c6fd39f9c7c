/** Choosing a time zone. */
export const zoneTexts = {
  choose: "Choose a time zone",
  search: "Search, such as Berlin or New York",
  none: "No zone of this name.",
  here: "This browser's",
  all: "All zones",
} as const;
