// How the page is built: relative addresses, nothing inlined, so that a strict policy holds.
// It must not add plugins that fetch, inject inline code, or name a host.

import { defineConfig, type Plugin } from "vite";

/** The dev server injects styles as elements, which the built page's policy forbids. */
const devWithoutPolicy: Plugin = {
  name: "dev-without-policy",
  apply: "serve",
  transformIndexHtml: (html) => html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, ""),
};

export default defineConfig({
  base: "./",
  plugins: [devWithoutPolicy],
  worker: { format: "es" },
  server: { host: "127.0.0.1" },
  // Pre-bundling would move the package away from the wasm files that lie beside it.
  optimizeDeps: { exclude: ["qwen-agent-wasm"] },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
