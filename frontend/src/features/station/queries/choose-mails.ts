import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type MailWishes, mailsUpdateOwnMails } from "@/client";
import { mailsQuery } from "./read-mails";

/** Shows a wish at once, and takes it back where the server does not take it. */
export function useChooseMails(stationId: string) {
  const queryClient = useQueryClient();
  const { queryKey } = mailsQuery(stationId);
  return useMutation({
    mutationFn: (body: MailWishes) => mailsUpdateOwnMails({ path: { station_id: stationId }, body }),
    onMutate: async (wishes) => {
      await queryClient.cancelQueries({ queryKey });
      const before = queryClient.getQueryData(queryKey);
      if (before) queryClient.setQueryData(queryKey, { ...before, ...wishes });
      return before;
    },
    onError: (_error, _wishes, before) => queryClient.setQueryData(queryKey, before),
    onSuccess: (chosen) => queryClient.setQueryData(queryKey, chosen),
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
}
