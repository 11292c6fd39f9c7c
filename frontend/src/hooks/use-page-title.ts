import { useEffect } from "react";
import { commonTexts } from "@/texts/common";

/** Names the tab after the screen. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = commonTexts.pageTitle(title);
  }, [title]);
}
