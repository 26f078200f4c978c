// The soak's server: the built package, the soak's own scripts and the tests' inputs, for pages that
// are isolated from other origins, so that they may measure their own memory.

import { serveRepository } from "../browser.mjs";

const FOLDERS = ["pkg/dist/", "benches/soak/", "tests/inputs/", "tests/retrieval/sets/"];
const ISOLATED = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

/** `addressOf(name)` is that of a page of the soak. */
export async function serveSoak() {
  const server = await serveRepository(FOLDERS, undefined, ISOLATED);
  return {
    addressOf: (name) => `http://127.0.0.1:${server.address().port}/benches/soak/${name}`,
    close: () => server.close(),
  };
}
