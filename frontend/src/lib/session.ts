import { queryOptions, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import { type BrowserSession, loginDeleteSession, loginReadSession, type UserPublic } from "@/client";
import { Problem } from "./problem";
import { forgetRecent } from "./recent";
import { tellOtherTabs } from "./session-tabs";

const SESSION_KEY = ["session"] as const;

let csrfToken: string | null = null;
let userId: string | null = null;
let isExpired = false;
let isLeaving = false;
const listeners = new Set<() => void>();

/** What each changing request must carry, or null where nobody is logged in. */
export const currentCsrfToken = () => csrfToken;

/** Whether somebody logged in since a request was made, so that a refusal says nothing of their login. */
export const isLoginOver = (askedUnder: string | null) => csrfToken !== null && csrfToken !== askedUnder;

/** Whether somebody is here, and stays, for whom what is not saved is to be kept. */
export const isSomebodyHere = () => csrfToken !== null && !isLeaving;

function setExpired(value: boolean): void {
  if (isExpired === value) return;
  isExpired = value;
  for (const listener of listeners) listener();
}

/** Said by a call that was answered 401. It counts only where somebody was logged in. */
export function tellSessionExpired(): void {
  if (csrfToken !== null) setExpired(true);
}

/** Takes a session that was just opened as this browser's. */
function keep(session: BrowserSession | null): BrowserSession | null {
  csrfToken = session?.csrf_token ?? null;
  userId = session?.user.id ?? null;
  setExpired(false);
  return session;
}

/** Asks the server who is logged in here. */
const readSession = async (signal?: AbortSignal): Promise<BrowserSession | null> =>
  keep(await loginReadSession(signal && { signal }));

/** Who is logged in here; null where nobody is. */
export const sessionQuery = () =>
  queryOptions({ queryKey: SESSION_KEY, queryFn: ({ signal }) => readSession(signal), staleTime: Infinity });

/** Whether the session ended while its user was at work: what they typed is still there, and a login brings it back. */
export function useIsSessionExpired(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => isExpired,
  );
}

/** Remembers a session that was opened, and whether another user's data must go. */
export function useKeepSession(): (session: BrowserSession) => void {
  const queryClient = useQueryClient();
  return (session) => {
    // An answer of before the login says that nobody is logged in.
    void queryClient.cancelQueries({ queryKey: SESSION_KEY });
    const previous = queryClient.getQueryData<BrowserSession | null>(SESSION_KEY);
    const isSameUser = previous?.user.id === session.user.id;
    if (previous && !isSameUser) queryClient.clear();
    // Also where it is not known whose they were: a login that ran out says nothing of the next one.
    if (!isSameUser) forgetRecent();
    keep(session);
    queryClient.setQueryData(SESSION_KEY, session);
    tellOtherTabs(session.user.id);
    if (isSameUser) void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
  };
}

/** Shows what has changed of the own account wherever it is shown. */
export function useKeepUser(): (user: UserPublic) => void {
  const queryClient = useQueryClient();
  return (user) =>
    queryClient.setQueryData<BrowserSession | null>(SESSION_KEY, (session) =>
      session ? { ...session, user } : session,
    );
}

/** Looks again who is logged in here, after something that ends sessions, and forgets what a dead one showed. */
export function useRecheckSession(): () => Promise<void> {
  const queryClient = useQueryClient();
  return async () => {
    const session = await readSession();
    if (session === null) queryClient.clear();
    queryClient.setQueryData(SESSION_KEY, session);
  };
}

/** Once a session has ended for good: leads to the login, and forgets everything that it showed, in the other tabs too. */
export function useForgetSession(): () => Promise<void> {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    keep(null);
    forgetRecent();
    tellOtherTabs(null);
    // The other tabs leave as well. First to where nothing needs a user; only then what they saw can go.
    await navigate({ to: "/login", search: {} });
    queryClient.clear();
    queryClient.setQueryData(SESSION_KEY, null);
  };
}

/** Takes over the session that another tab opened. Null where there is none any more: then a login is asked for. */
export async function takeOverSession(): Promise<BrowserSession | null> {
  const session = await loginReadSession().catch(() => undefined);
  if (session) return keep(session);
  if (session === null) tellSessionExpired();
  return null;
}

/** Ends the session, here and on the server. */
export function useLogOut(): () => Promise<void> {
  const forgetSession = useForgetSession();
  return async () => {
    try {
      await loginDeleteSession();
    } catch (problem) {
      if (!(problem instanceof Problem && problem.status === 401)) throw problem;
    }
    await forgetSession();
  };
}

/** Leaves the page, whose session is gone or somebody else's, without a question about what is not saved. */
export function leavePage(go: () => void): void {
  isLeaving = true;
  go();
}

/** After a refused CSRF token: another tab opened a new session, unheard. If it is somebody else's, the page begins anew. */
export async function recheckUser(): Promise<void> {
  const known = userId;
  const session = await takeOverSession();
  if (session !== null && session.user.id !== known) leavePage(() => window.location.reload());
}

/** The user who is logged in; only below the routes that demand one. */
export function useUser(): UserPublic {
  const { data } = useSuspenseQuery(sessionQuery());
  if (data === null) throw new Error("This needs somebody who is logged in.");
  return data.user;
}

/** The same where there may be nobody. */
export function useMaybeUser(): UserPublic | null {
  return useQuery(sessionQuery()).data?.user ?? null;
}
