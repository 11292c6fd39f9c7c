import { defineConfig } from "@hey-api/openapi-ts";

// What src/client holds is made of the document that the backend itself writes: scripts/generate-client.sh.
export default defineConfig({
  input: process.env.OPENAPI_DOCUMENT ?? "openapi.json",
  output: { path: process.env.CLIENT_FOLDER ?? "src/client", clean: true },
  plugins: [
    "@hey-api/typescript",
    // The session is a cookie, which no call has to add.
    { name: "@hey-api/sdk", auth: false, responseStyle: "data" },
    { name: "@hey-api/client-fetch", throwOnError: true },
  ],
});
