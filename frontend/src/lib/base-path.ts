/** The path that the dashboard is served below, without a slash at its end: "" as a rule, "/tracker" behind some proxies. */
export const basePath = new URL(document.baseURI).pathname.replace(/\/+$/, "");
