/** Puts a gzip beside each file that a browser would rather have so: the server only hands it out. */

import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const DASHBOARD = fileURLToPath(new URL("../../backend/app/dashboard", import.meta.url));
const COMPRESSIBLE = new Set([".css", ".js", ".json", ".svg", ".webmanifest"]);

for (const entry of readdirSync(DASHBOARD, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !COMPRESSIBLE.has(extname(entry.name))) continue;
  const path = join(entry.parentPath, entry.name);
  const plain = readFileSync(path);
  const compressed = gzipSync(plain, { level: 9 });
  if (compressed.length < plain.length) writeFileSync(`${path}.gz`, compressed);
}

// A server that is running looks for the files anew when the page has changed.
const now = new Date();
utimesSync(join(DASHBOARD, "index.html"), now, now);
