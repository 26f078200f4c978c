// Our own index, as a page would import it. The module is served, not bundled, so that it finds
// its wasm beside itself.

import { createSearchIndex, loadSearchIndex } from "/pkg/dist/search.js";

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
