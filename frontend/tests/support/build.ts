import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const DASHBOARD = fileURLToPath(new URL("../../../backend/app/dashboard", import.meta.url));

/** What Vite says of each file that it built: what it needs at once, and what it may fetch later. */
type Chunk = { file: string; imports?: string[]; dynamicImports?: string[] };

export type Part = { name: string; file: string; bytes: number; text: string };

const read = (file: string): string => readFileSync(join(DASHBOARD, file), "utf-8");

export const manifest = (): Record<string, Chunk> => JSON.parse(read(".vite/manifest.json")) as Record<string, Chunk>;

/** Everything that these chunks need before they run, themselves included, each once. */
export function closureOf(names: readonly string[]): Part[] {
  const chunks = manifest();
  const found = new Map<string, Part>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    const chunk = chunks[name];
    if (chunk === undefined) throw new Error(`The build has no ${name}; it has ${Object.keys(chunks).join(", ")}`);
    const text = read(chunk.file);
    found.set(name, { name, file: chunk.file, bytes: gzipSync(text, { level: 9 }).length, text });
    chunk.imports?.forEach(visit);
  };
  names.forEach(visit);
  return [...found.values()];
}

/** The files that hold the library that draws lines and bars. */
export const chartFiles = (): string[] =>
  Object.values(manifest())
    .map(({ file }) => file)
    .filter((file) => file.endsWith(".js") && holdsCharts(read(file)));

/** Names of classes that it gives to what it draws; nothing else has them. */
export const holdsCharts = (text: string): boolean => text.includes("recharts-surface");
