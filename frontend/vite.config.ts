import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";

// Where `npm run dev` finds the API: a server that was started with scripts/start.sh.
const BACKEND = process.env.BACKEND_URL ?? "http://127.0.0.1:8000";

// What every screen needs, in one file: twenty small ones take longer to fetch, and each is compressed on its own.
const PACKAGES = [
  "@tanstack/(history|query-core|react-query|react-router|react-store|router-core|store)",
  "class-variance-authority",
  "clsx",
  "react",
  "react-dom",
  "scheduler",
  "tailwind-merge",
  "zod",
];
const OWN = [
  "client",
  "lib/(api|base-path|cn|missing-chunk|notify|problem|query-client|route-focus|session|session-tabs|station|theme)[.]",
  "texts/(common|shell)[.]",
];
const OF_EVERY_SCREEN = new RegExp(
  `/node_modules/(${PACKAGES.join("|")})/|/frontend/src/(${OWN.join("|")})|vite/preload-helper`,
);

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
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "base", test: OF_EVERY_SCREEN }] } } },
    chunkSizeWarningLimit: 400,
  },
  server: {
    proxy: Object.fromEntries(
      ["/api", "/p", "/docs", "/redoc"].map((path) => [path, { target: BACKEND, changeOrigin: false }]),
    ),
  },
});
