import { type ButtonPublic, type ButtonsListButtonsData, buttonsListButtons } from "@/client";

type Listing = Omit<NonNullable<ButtonsListButtonsData["query"]>, "skip" | "limit">;

const PAGE_SIZE = 200;

/** All buttons of a listing, or as many as a number of pages hold. */
export async function readAllButtons(listing: Listing, { maxPages = Infinity } = {}): Promise<ButtonPublic[]> {
  const buttons: ButtonPublic[] = [];
  for (let page = 0; page < maxPages; page += 1) {
    const query = { ...listing, skip: page * PAGE_SIZE, limit: PAGE_SIZE };
    const { data, count } = await buttonsListButtons({ query });
    buttons.push(...data);
    if (data.length === 0 || buttons.length >= count) break;
  }
  return buttons;
}
