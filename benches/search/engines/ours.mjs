// Our own index, as a page would import it: chromium.mjs points to the built package, which is
// served and not bundled, so that it finds its wasm beside itself.

import { createSearchIndex, loadSearchIndex } from "qwen-agent-wasm/search";

/** The wasm memory of a module with an index without texts, which holds its stack and tables. */
let emptyBytes;

/** Notes it in a page that has no index yet: memory never shrinks. */
async function noteEmpty() {
  if (emptyBytes !== undefined) return;
  const empty = await createSearchIndex();
  emptyBytes = empty.memory().wasmBytes;
  empty.free();
}

export const ours = (analysis) => ({
  async build({ texts }) {
    await noteEmpty();
    const index = await createSearchIndex({ analysis });
    index.addAll(texts);
    return index;
  },
  search: (index, query, limit) => index.search(query, limit).map(({ id }) => id),
  save: (index) => index.save(),
  async load(saved) {
    await noteEmpty();
    return loadSearchIndex(saved);
  },
  wasmBytes: (index) => index.memory().wasmBytes,
  ownBytes: (index) => index.memory().indexBytes,
  emptyBytes: () => emptyBytes,
  free: (index) => index.free(),
});
