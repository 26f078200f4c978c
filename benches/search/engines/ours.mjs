// Our own index, as a page would import it: chromium.mjs points to the built package, which is
// served and not bundled, so that it finds its wasm beside itself.

import { createSearchIndex, loadSearchIndex } from "qwen-agent-wasm/search";

export const ours = (analysis) => ({
  async build({ texts }) {
    const index = await createSearchIndex({ analysis });
    index.addAll(texts);
    return index;
  },
  search: (index, query, limit) => index.search(query, limit).map(({ id }) => id),
  save: (index) => index.save(),
  load: (saved) => loadSearchIndex(saved),
  wasmBytes: (index) => index.memory().wasmBytes,
  ownBytes: (index) => index.memory().indexBytes,
  free: (index) => index.free(),
});
