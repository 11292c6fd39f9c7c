import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";

// Where `npm run dev` finds the API: a server that was started with scripts/start.sh.
const BACKEND = process.env.BACKEND_URL ?? "http://127.0.0.1:8000";

const packages = (...names: string[]) => `/node_modules/(${names.join("|")})/`;
const own = (...names: string[]) => `/frontend/src/(${names.join("|")})[.]`;

// Forty small files take longer to fetch than one, and each is compressed on its own. So what every screen needs is one
// file, the frame around those of who is logged in is another, and what most of these are made of a third, the menus among
// it, which the frame fetches a moment later. What stands further up is not in the files below it.
const FILES = {
  base: [
    packages(
      "@radix-ui/react-(compose-refs|label|primitive|slot)",
      "@tanstack/(history|query-core|react-query|react-router|react-store|router-core|store)",
      "class-variance-authority",
      "clsx",
      "lucide-react",
      "react",
      "react-dom",
      "scheduler",
      "tailwind-merge",
      "zod",
    ),
    own(
      "client/.+",
      "components/(ago|faces|form-error|form-field|logo|page-header|press-status|shell/part|type-dot)",
      "components/ui/(badge|button|card|input|label|skeleton)",
      "hooks/.+",
      "lib/(api|base-path|cn|deck-state|format|missing-chunk|notify|problem|query-client|recent|route-focus)",
      "lib/(session|session-tabs|station|theme|type-color|type-name|zone-time)",
      "texts/(common|shell|types)",
    ),
    "vite/preload-helper",
  ],
  frame: [own("components/shell/(app-shell|command-palette)", "lib/(decks|live|old-addresses)")],
  parts: [
    packages("@floating-ui/.+", "@radix-ui/.+", "aria-hidden", "get-nonce", "react-remove-scroll(-bar)?"),
    packages("react-style-singleton", "use-callback-ref", "use-sidecar"),
    own(
      "components/(choice|confirm-dialog|copy-button|form-dialog|page-steps|row-actions|search-box|url-tabs)",
      "components/shell/(frame-ears|header-menus|more-menu|theme-menu|use-leave|user-menu)",
      "components/ui/(checkbox|dialog|dropdown-menu|native-select|popover|select|switch|table|tabs|textarea)",
      "lib/(clipboard|members)",
    ),
  ],
};
const groups = Object.entries(FILES)
  .reverse()
  .map(([name, parts], priority) => ({ name, test: new RegExp(parts.join("|")), priority }));

const pwa = VitePWA({
  strategies: "injectManifest",
  srcDir: "src/sw",
  filename: "sw.ts",
  // src/lib/service-worker.ts does it, once the first screen stands.
  injectRegister: false,
  includeManifestIcons: false,
  injectManifest: {
    rollupFormat: "iife",
    globPatterns: ["index.html", "theme.js", "manifest.webmanifest", "assets/*.{js,css}", "icons/*.{svg,png}"],
    dontCacheBustURLsMatching: /^assets\//,
  },
  // Every address is relative to the manifest's own, and so below the path that the dashboard is served at.
  manifest: {
    name: "Stream Deck Button Tracker",
    short_name: "Button Tracker",
    description: "Each use of a Stream Deck key, on the record.",
    lang: "en",
    start_url: "./",
    scope: "./",
    display: "standalone",
    background_color: "#faf9f7",
    theme_color: "#faf9f7",
    icons: [
      { src: "icons/icon-192.png", sizes: "192x192", type: "image/png" },
      { src: "icons/icon-512.png", sizes: "512x512", type: "image/png" },
      { src: "icons/icon-maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
      { src: "icons/icon.svg", sizes: "any", type: "image/svg+xml" },
    ],
  },
});

export default defineConfig({
  // Relative to the <base> of index.html, which the server sets to the path that it is reached at.
  base: "./",
  plugins: [tanstackRouter({ target: "react", autoCodeSplitting: true }), react(), tailwindcss(), pwa],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    // Part of the backend's package, so that the wheel and the image have it.
    outDir: "../backend/app/dashboard",
    emptyOutDir: true,
    target: "es2023",
    manifest: true,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups } } },
    chunkSizeWarningLimit: 400,
  },
  server: {
    proxy: Object.fromEntries(
      ["/api", "/p", "/docs", "/redoc"].map((path) => [path, { target: BACKEND, changeOrigin: false }]),
    ),
  },
});
