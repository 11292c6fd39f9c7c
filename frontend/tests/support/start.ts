import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const BACKEND = fileURLToPath(new URL("../../../backend", import.meta.url));

/** Starts app/tests/serving/for_browsers.py, and reads what it says of the product that then runs; `end` ends it. */
export async function startProduct<Told>(...options: string[]): Promise<{ told: Told; end: () => Promise<void> }> {
  const server = spawn(".venv/bin/python", ["-m", "app.tests.serving.for_browsers", ...options], {
    cwd: BACKEND,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const told = JSON.parse(await firstLine(server)) as Told;
  return {
    told,
    end: async () => {
      server.stdin?.end();
      if (server.exitCode === null) await once(server, "exit");
    },
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
