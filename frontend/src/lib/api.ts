import { client } from "@/client/client.gen";
import { basePath } from "./base-path";
import { Problem, problemOf } from "./problem";
import { currentCsrfToken, recheckUser, tellSessionExpired } from "./session";

/** So long an answer is waited for. The server gives up sooner what takes it too long. */
const LONGEST_READ_MS = 30_000;

/** `fetch` that gives up on reading over a connection that is dead without a word, which a browser waits on for minutes. */
const fetchInTime: typeof fetch = (input, init) => {
  const request = new Request(input, init);
  if (request.method !== "GET") return fetch(request);
  const reading = new AbortController();
  setTimeout(() => reading.abort(new DOMException("The server takes too long", "TimeoutError")), LONGEST_READ_MS);
  request.signal.addEventListener("abort", () => reading.abort(request.signal.reason));
  return fetch(request, { signal: reading.signal });
};

/** Has every call of the generated client go to this server, carry the session's CSRF token, and fail with a `Problem`. */
export function configureApi(): void {
  client.setConfig({ baseUrl: basePath, credentials: "same-origin", fetch: fetchInTime });
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
