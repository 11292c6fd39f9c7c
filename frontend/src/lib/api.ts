import { client } from "@/client/client.gen";
import { basePath } from "./base-path";
import { Problem, problemOf } from "./problem";
import { currentCsrfToken, recheckUser, tellSessionExpired } from "./session";

/** Has every call of the generated client go to this server, carry the session's CSRF token, and fail with a `Problem`. */
export function configureApi(): void {
  client.setConfig({ baseUrl: basePath, credentials: "same-origin" });
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
