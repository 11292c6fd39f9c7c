import { useMutation } from "@tanstack/react-query";
import { loginRecoverPasswordHtmlContent } from "@/client";

/** The link in the mail that the server would send: it gives the mail as a page, to be handed on in another way. */
function linkIn(mail: string): string | null {
  const page = new DOMParser().parseFromString(mail, "text/html");
  return page.querySelector<HTMLAnchorElement>('a[href*="/reset-password#"]')?.getAttribute("href") ?? null;
}

/** Makes a link by which somebody chooses a new password; null where none was found in what the server gave. */
export function useMakePasswordLink() {
  return useMutation({
    mutationFn: async (email: string) =>
      linkIn(String(await loginRecoverPasswordHtmlContent({ path: { email }, parseAs: "text" }))),
    meta: { showsItsErrors: true },
  });
}
