import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Account, product } from "./product.ts";

const BACKEND = fileURLToPath(new URL("../../../backend", import.meta.url));

/** A station with a past, for tests that change something in it: what the API makes is as old as the test. */
export async function createOwnDemo(): Promise<Account> {
  const account = { email: `${randomUUID()}@example.com`, password: "a-long-password-for-tests" };
  const order = ["--years", "0.15", "--presses", "1000", "--name", `Demo ${randomUUID().slice(0, 8)}`];
  await promisify(execFile)(
    join(BACKEND, ".venv/bin/tracker"),
    ["demo", ...order, "--email", account.email, "--password", account.password],
    { cwd: BACKEND, env: { ...process.env, TRACKER_DATA_DIR: join(dirname(product().mails), "data") } },
  );
  return account;
}
