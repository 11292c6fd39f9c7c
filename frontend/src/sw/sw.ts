/**
 * The service worker: has the dashboard open without a network. It keeps the dashboard's own files and nothing else; what
 * the API answers is never kept, since an old count that looks new is worse than none.
 */

declare const self: ServiceWorkerGlobalScope & {
  /** Written by the build: every file, and for those whose name does not tell their version, what does. */
  readonly __WB_MANIFEST: readonly KeptFile[];
};

type KeptFile = { url: string; revision: string | null };

// A module to TypeScript, which else takes `self` for the one that it knows.
export {};

const files = self.__WB_MANIFEST;
const PAGE = "index.html";
// What the server answers itself, below the path that it is served at.
const NOT_OURS = /^(api|p|docs|redoc)(\/|$)/;
// A network that swallows everything, as in a train, must not keep the page from opening.
const PATIENCE_MS = 4_000;

const scope = self.registration.scope;
const prefix = `dashboard ${scope} `;
const cacheName = prefix + (files.find((file) => file.url === PAGE)?.revision ?? "");
const names = new Set(files.map((file) => file.url));

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const answer = answerTo(event.request);
  if (answer !== null) event.respondWith(answer);
});

/** Keeps every file, one after the other: a browser has six connections to a server, and somebody is at work. */
async function install(): Promise<void> {
  const cache = await caches.open(cacheName);
  for (const file of files) {
    const response = await fetch(requestFor(file));
    if (!response.ok) throw new Error(`${file.url}: ${response.status}`);
    await cache.put(addressOf(file.url), response);
  }
  // A page always comes from the network where there is one, so no page waits for its worker, nor a worker for pages.
  await self.skipWaiting();
}

/** Forgets the versions before the last: pages of the last one may still be open, and fetch a part of it. */
async function activate(): Promise<void> {
  const own = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== cacheName);
  await Promise.all(own.slice(0, -1).map((name) => caches.delete(name)));
  await self.clients.claim();
}

function requestFor({ url, revision }: KeptFile): Request {
  const headers = { Accept: url === PAGE ? "text/html" : "*/*" };
  return new Request(addressOf(url), { headers, cache: revision === null ? "default" : "reload" });
}

/** The page is kept as the server hands it out, which writes into it below which path it is reached. */
const addressOf = (url: string): string => new URL(url === PAGE ? "" : url, scope).href;

function answerTo(request: Request): Promise<Response> | null {
  const address = request.url.replace(/[?#].*$/, "");
  if (request.method !== "GET" || !address.startsWith(scope)) return null;
  const name = address.slice(scope.length);
  if (NOT_OURS.test(name)) return null;
  if (request.mode === "navigate") return fromNetworkFirst(request, addressOf(PAGE));
  // Also those of the version before, which are in no list of this one.
  if (name.startsWith("assets/")) return fromCacheFirst(request);
  return names.has(name) ? fromNetworkFirst(request, address) : null;
}

async function fromCacheFirst(request: Request): Promise<Response> {
  return (await caches.match(request.url, { ignoreVary: true })) ?? fetch(request);
}

async function fromNetworkFirst(request: Request, keptAs: string): Promise<Response> {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(keptAs, { ignoreVary: true });
  if (kept === undefined) return fetch(request);
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE_MS));
  // Also where only a proxy answers, while the server behind it is away.
  const network = fetch(request).then(
    (response) => (response.status < 500 ? response : undefined),
    () => undefined,
  );
  return (await Promise.race([network, late])) ?? kept;
}
