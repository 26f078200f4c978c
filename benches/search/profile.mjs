// Where the time of a processor profile went: the functions by their own share of it.

const SHOWN = 12;
/** What the browser did for itself, or nothing at all. */
const OUTSIDE = /^\((idle|program|root)\)$/;

/** `[{ name, share }]`, the largest first. Functions of a wasm module without names are numbered. */
export function hottest({ nodes, samples, timeDeltas }, count = SHOWN) {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, callFrame.functionName || "(anonymous)"]));
  const times = new Map();
  let total = 0;
  for (const [at, id] of samples.entries()) {
    const name = names.get(id);
    if (OUTSIDE.test(name)) continue;
    times.set(name, (times.get(name) ?? 0) + timeDeltas[at]);
    total += timeDeltas[at];
  }
  const sorted = [...times].sort(([, a], [, b]) => b - a).slice(0, count);
  return sorted.map(([name, time]) => ({ name, share: time / total }));
}
