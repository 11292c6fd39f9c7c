/** Draws public/icons/*.png from icon.svg. Run it once after the mark changed: `node scripts/icons.ts`. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openBrowser } from "./lib/browser.ts";

const ICONS = fileURLToPath(new URL("../public/icons/", import.meta.url));
const GROUND = "#2a2d2c";
const mark = readFileSync(`${ICONS}icon.svg`, "utf-8");

// Systems cut a maskable icon, and Apple's, to a shape of their own: what they cut must be ground, out to the corners.
const WANTED = [
  { name: "icon-192", size: 192, share: 1 },
  { name: "icon-512", size: 512, share: 1 },
  { name: "icon-maskable-512", size: 512, share: 0.82, ground: GROUND },
  { name: "apple-touch-icon", size: 180, share: 0.92, ground: GROUND },
];

const browser = await openBrowser();
for (const { name, size, share, ground = "transparent" } of WANTED) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(
    `<body style="margin:0;height:100vh;display:grid;place-items:center;background:${ground}">
     <div style="width:${share * 100}%;aspect-ratio:1">${mark}</div></body>`,
  );
  await page.screenshot({ path: `${ICONS}${name}.png`, omitBackground: true });
  await page.close();
}
await browser.close();
