import { useMutation } from "@tanstack/react-query";
import { utilsTestEmail } from "@/client";

export function useSendTestMail() {
  return useMutation({
    mutationFn: (to: string) => utilsTestEmail({ query: { email_to: to } }),
    meta: { showsItsErrors: true },
  });
}
