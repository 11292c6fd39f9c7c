import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { isShared, type Product, shareProduct } from "./product.ts";

const BACKEND = fileURLToPath(new URL("../../../backend", import.meta.url));

/** Starts the product, once for all tests; what is returned ends it. */
export default async function globalSetup(): Promise<(() => Promise<void>) | undefined> {
  // Whoever tries one test again and again names a product that runs already, in the form of support/product.ts.
  if (isShared()) return undefined;
  const server = spawn(".venv/bin/python", ["-m", "app.tests.serving.for_browsers"], {
    cwd: BACKEND,
    stdio: ["pipe", "pipe", "inherit"],
  });
  shareProduct(JSON.parse(await firstLine(server)) as Product);
  return async () => {
    server.stdin?.end();
    if (server.exitCode === null) await once(server, "exit");
  };
}

async function firstLine(server: ChildProcess): Promise<string> {
  let said = "";
  for await (const chunk of server.stdout ?? []) {
    said += String(chunk);
    const end = said.indexOf("\n");
    if (end >= 0) return said.slice(0, end);
  }
  throw new Error("The product ended before it was ready; why stands above.");
}
