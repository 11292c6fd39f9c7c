import { notify } from "@/lib/notify";
import { messageOf } from "@/lib/problem";
import { useLogOut } from "@/lib/session";

/** Logs out, or says why that failed: who only believes to be logged out leaves a station open. */
export function useLeave(): () => Promise<void> {
  const logOut = useLogOut();
  return async () => {
    try {
      await logOut();
    } catch (problem) {
      notify.error(messageOf(problem));
    }
  };
}
