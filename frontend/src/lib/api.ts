import { client } from "@/client/client.gen";
import { basePath } from "./base-path";
import { Problem, problemOf } from "./problem";
import { currentCsrfToken, isLoginOver, recheckUser, tellSessionExpired } from "./session";

/** So long the beginning of an answer is waited for. The server gives up a statement that takes half of it. */
const LONGEST_WAIT_MS = 30_000;

/**
 * `fetch` that gives up on reading over a line that is dead without a word, which a browser waits on for minutes. An
 * answer that has begun may take its time.
 */
async function fetchInTime(request: Request): Promise<Response> {
  const asking = new AbortController();
  request.signal.addEventListener("abort", () => asking.abort(request.signal.reason));
  const giveUp = () => asking.abort(new DOMException("The server takes too long", "TimeoutError"));
  const timer = setTimeout(giveUp, LONGEST_WAIT_MS);
  try {
    return await fetch(request, { signal: asking.signal });
  } finally {
    clearTimeout(timer);
  }
}

const ask: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  if (request.method !== "GET" || request.signal.aborted) return fetch(request);
  const askedUnder = currentCsrfToken();
  const response = await fetchInTime(request);
  // Refused under a login that has ended, while there is another one by now: that one is asked under in its turn.
  return response.status === 401 && isLoginOver(askedUnder) ? fetchInTime(request) : response;
};

/** Has every call of the generated client go to this server, carry the session's CSRF token, and fail with a `Problem`. */
export function configureApi(): void {
  client.setConfig({ baseUrl: basePath, credentials: "same-origin", fetch: ask });
  client.interceptors.request.use((request) => {
    const token = currentCsrfToken();
    if (token !== null && request.method !== "GET") request.headers.set("X-CSRF-Token", token);
    return request;
  });
  client.interceptors.error.use((error, response) => {
    if (error instanceof DOMException && error.name === "AbortError") return error;
    const problem = error instanceof Problem ? error : problemOf(error, response);
    if (problem.status === 401) tellSessionExpired();
    if (problem.code === "csrf_failed") void recheckUser();
    return problem;
  });
}
