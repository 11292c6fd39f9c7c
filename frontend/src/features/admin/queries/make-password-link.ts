import { useMutation } from "@tanstack/react-query";
import { loginRecoverPasswordHtmlContent } from "@/client";

/** The link in the mail that the server would send: it gives the mail as a page, to be handed on in another way. */
function linkIn(mail: string): string {
  const page = new DOMParser().parseFromString(mail, "text/html");
  const link = page.querySelector<HTMLAnchorElement>('a[href*="/reset-password#"]')?.getAttribute("href");
  if (!link) throw new Error("The mail has no link.");
  return link;
}

/** Makes a link by which somebody chooses a new password. */
export function useMakePasswordLink() {
  return useMutation({
    mutationFn: async (email: string) =>
      linkIn(String(await loginRecoverPasswordHtmlContent({ path: { email }, parseAs: "text" }))),
    meta: { showsItsErrors: true },
  });
}
