/** What a button is described by, wherever one is made or changed. */
export const buttonFieldTexts = {
  title: "Title",
  titleRequired: "A button needs a title",
  type: "Type",
} as const;
