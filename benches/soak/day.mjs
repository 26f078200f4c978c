// A day's work in one go: a hundred megabytes of text are added, searched, saved, opened again,
// halved and merged. What is found must not depend on whether a library was opened again or merged.

import { peakDuring, wasmOf } from "./watch.mjs";

const DOCUMENT_BYTES = 1_000_000;
/** Two of each script, so that half of them can go. */
const MULTIPLE = 16;
/** Parts are merged once their number is the same for so many seconds: there are two before anything begins. */
const LOOKS = 5;

/** In this order; `as` names the phase whose hits must be the same. */
const PHASES = [
  { phase: "add", run: "add" },
  { phase: "search", run: "search" },
  { phase: "merge parts", run: "merge" },
  { phase: "search when merged", run: "search", as: "search" },
  { phase: "export", run: "save" },
  { phase: "reopen what is stored", run: "reopen" },
  { phase: "search when reopened", run: "search", as: "search" },
  { phase: "export when reopened", run: "save", as: "export" },
  { phase: "import the export, without storage", run: "importSaved" },
  { phase: "search when imported", run: "search", as: "search" },
  { phase: "reopen what is stored again", run: "reopen" },
  { phase: "remove half of the documents", run: "remove" },
  { phase: "search the half", run: "search" },
  { phase: "merge parts of the half", run: "merge" },
  { phase: "search the half when merged", run: "search", as: "search the half" },
  { phase: "reopen the half", run: "reopen" },
  { phase: "search the half when reopened", run: "search", as: "search the half" },
];

/** The figures of all phases, and sentences of what was found to differ. */
export async function day(browser, page, { megabytes, looks = LOOKS, log }) {
  const count = MULTIPLE * Math.max(1, Math.round((1e6 * megabytes) / DOCUMENT_BYTES / MULTIPLE));
  const given = { add: { count, bytes: Math.round((1e6 * megabytes) / count) }, search: count, merge: looks };
  const phases = [];
  for (const { phase, run, as } of PHASES) {
    const { result, seconds, peak } = await peakDuring(browser, () => page.evaluate(([run, given]) => globalThis.soak[run](given), [run, given[run]]));
    phases.push({ phase, seconds, peak, wasm: await wasmOf(page), ...(as ? { as } : {}), result });
    log(`${phase}: ${seconds.toFixed(1)} s, ${JSON.stringify(result)}`);
  }
  await page.evaluate(() => globalThis.soak.end());
  return { megabytes, documents: count, phases, different: differences(phases) };
}

function differences(phases) {
  const hashOf = (name) => phases.find(({ phase }) => phase === name)?.result.hash;
  const [full, half] = [phases[0].result.documents, phases.find(({ phase }) => phase.startsWith("remove")).result.documents];
  return [
    ...phases.filter(({ as, result }) => as && result.hash !== hashOf(as)).map(({ phase, as }) => `"${phase}" gives something else than "${as}"`),
    ...(half === Math.floor(full / 2) ? [] : [`${half} of ${full} documents are left`]),
    ...phases.filter(({ phase, result }) => /open/.test(phase) && result.documents !== undefined && ![full, half].includes(result.documents)).map(({ phase }) => `"${phase}" does not have all documents`),
  ];
}
