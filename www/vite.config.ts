// How the page is built: relative addresses, nothing inlined, so that a strict policy holds.
// It must not add plugins that fetch, inject inline code, or name a host.

import { defineConfig, type Plugin } from "vite";
import { offline } from "./build/offline.ts";

/** The dev server injects styles as elements, which the built page's policy forbids. */
const devWithoutPolicy: Plugin = {
  name: "dev-without-policy",
  apply: "serve",
  transformIndexHtml: (html) => html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, ""),
};

export default defineConfig({
  base: "./",
  plugins: [devWithoutPolicy, offline()],
  worker: { format: "es" },
  // The package lies beside this folder, and the dev server must be allowed to read it there.
  server: { host: "127.0.0.1", fs: { allow: [".."] } },
  // Pre-bundling would move the package away from the wasm files that lie beside it.
  optimizeDeps: { exclude: ["qwen-agent-wasm"] },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    // The package's spare copies of its wasm are large, and loaded only where .wasm files are not served.
    chunkSizeWarningLimit: 2500,
    modulePreload: { polyfill: false },
  },
});
