import { useMutation } from "@tanstack/react-query";
import { mailsStopMail } from "@/client";

/** Ends a mail by the token of the link at its end. */
export const useStopMail = () =>
  useMutation({
    mutationFn: (token: string) => mailsStopMail({ body: { token } }),
    meta: { showsItsErrors: true },
  });
