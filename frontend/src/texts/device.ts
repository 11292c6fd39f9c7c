/** What the browser in front of somebody can do, and why it cannot do more. */
export const deviceTexts = {
  newVersion: "A new version of the dashboard is there.",
  reload: "Reload",
  title: "This device",
  description: "What works in this browser, and what does not.",
  works: "Works",
  limited: "Not here",
  install: "Install as an app",
  installNow: "Install",
  isInstalled: "This is the installed app.",
  canInstall: "A window of its own, with an icon beside your other programs.",
  installByMenu:
    "From the browser's menu: Install, Add to Home Screen or Add to Dock, whichever it has. Some browsers have none of them.",
  installInsecure:
    "This page came over plain http. Browsers install pages only from https, or from the server's own machine.",
  copy: "Copy with one click",
  copyWorks: "Press URLs and other texts go straight to the clipboard.",
  copyInsecure:
    "Works, in the way that is left over plain http: browsers keep the newer one for https. If a browser refuses, select the text and copy it by hand.",
  offline: "Open without a network",
  offlineReady: "The dashboard opens without a network, and says so. What it shows is always fetched from the server.",
  offlinePreparing: "Being prepared: the browser keeps a copy of the dashboard's own files.",
  offlineInsecure:
    "This page came over plain http. Browsers keep pages only from https, or from the server's own machine. A page that is open goes on by itself after a break.",
  offlineUnsupported: "This browser keeps no pages.",
  offlineRefused:
    "The browser refused, as in a private window, or the server did not answer just now. It is tried again with the next visit.",
  howToSecure:
    "Presses and everything else work over plain http. How to serve the dashboard over https stands in DEPLOYMENT.md.",
} as const;
