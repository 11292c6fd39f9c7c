import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { product } from "./product.ts";

export type Mail = { to: string; subject: string; text: string };

/** What was sent to an address so far, oldest first. */
export function mailsTo(address: string): Mail[] {
  const folder = product().mails;
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return names
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Mail)
    .filter((mail) => mail.to === address);
}

/** The link of the newest mail to an address that leads to a page, once it has come. */
export async function linkTo(address: string, path: string): Promise<string> {
  let link: string | undefined;
  const find = () => {
    const texts = mailsTo(address).map(({ text }) => text);
    link = texts.flatMap((text) => text.match(new RegExp(`http\\S+${path}#\\S+`)) ?? []).at(-1);
    return link;
  };
  await expect.poll(find, { message: `a mail to ${address} with a link to ${path}`, timeout: 15_000 }).toBeTruthy();
  return link ?? "";
}
