type Page = { data: readonly unknown[]; count: number };

/** How many of a list are shown by now, which is where its next page begins; undefined where it has no more. */
export function nextSkip({ count }: Page, pages: readonly Page[]): number | undefined {
  const shown = pages.reduce((total, { data }) => total + data.length, 0);
  return shown < count ? shown : undefined;
}
