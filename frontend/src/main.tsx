import "./styles.css";
import "@/lib/install";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { configureApi } from "@/lib/api";
import { markMissingChunks } from "@/lib/missing-chunk";
import { createQueryClient } from "@/lib/query-client";
import { createAppRouter } from "./router";

configureApi();
markMissingChunks();
const queryClient = createQueryClient();
const router = createAppRouter(queryClient);

// A second of peace for the first screen; and where there was no network just then, another try.
async function beginAfterLoad(): Promise<void> {
  try {
    await (await import("@/lib/after-load")).startAfterLoad();
  } catch {
    setTimeout(beginAfterLoad, 30_000);
  }
}
window.addEventListener("load", () => setTimeout(beginAfterLoad, 1_000));

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root.");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
