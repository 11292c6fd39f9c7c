import { PageSteps } from "@/components/page-steps";
import { NativeSelect } from "@/components/ui/native-select";
import { buttonsTexts } from "@/texts/buttons";
import { DEFAULT_PAGE_SIZE, PAGE_SIZES } from "../search";

type PageSize = (typeof PAGE_SIZES)[number];

/** Which part of the list is shown, and the way to the others. */
export function Pager({
  page,
  size,
  count,
  onPage,
  onSize,
}: {
  page: number;
  size: PageSize;
  count: number;
  onPage: (page: number) => void;
  onSize: (size: PageSize) => void;
}) {
  return (
    <nav
      aria-label={buttonsTexts.pages}
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t px-4 py-2.5 text-sm"
    >
      <NativeSelect
        aria-label={buttonsTexts.pageSize}
        value={size}
        onChange={(event) => onSize(PAGE_SIZES.find((one) => String(one) === event.target.value) ?? DEFAULT_PAGE_SIZE)}
        className="h-9 w-36"
      >
        {PAGE_SIZES.map((one) => (
          <option key={one} value={one}>
            {buttonsTexts.perPage(one)}
          </option>
        ))}
      </NativeSelect>
      <PageSteps page={page} size={size} count={count} onPage={onPage} />
    </nav>
  );
}
