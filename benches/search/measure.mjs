// What is done with one engine and one corpus, in which order, and how long each step may take.
// An engine that fails a step keeps the figures it has until then.

import { Failure, visitPage } from "./chromium.mjs";
import { LONG } from "./queries.mjs";

/** What a reader calls the steps of the page. */
const STEPS = { texts: "bringing the texts in", about: "opening", build: "build", search: "short queries", save: "save", keep: "save", fetchSaved: "load", load: "load", memory: "measuring memory" };

/**
 * One visit: `{ builds, short, long, saved, loads, memory, failure? }`, raw. `task` is
 * `{ corpus, language, chunks, queries }`, `effort` what main.mjs gives.
 */
export async function measure(engine, task, corpora, effort) {
  const visit = { builds: [], long: {}, loads: [], memory: {} };
  const state = { step: "starting" };
  try {
    const { version } = await visitPage(engine.module, corpora, async (page) => {
      const call = (name, args = [], step = STEPS[name]) => {
        state.step = step;
        return page.step(name, args, effort.seconds);
      };
      await built(page, call, task, visit, effort);
      await searched(call, task, visit, effort);
      if (!engine.isFloor) await loaded(page, call, task, visit, effort);
    });
    visit.chromium = version;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    visit.failure = { step: state.step, outcome: error.outcome, message: error.message };
  }
  return visit;
}

async function built(page, call, { corpus, chunks, language, queries }, visit, effort) {
  await call("texts", [corpus, chunks, language]);
  const before = await page.memory();
  const started = performance.now();
  const isOver = () => visit.builds.length >= effort.builds || performance.now() - started > effort.buildMs;
  do {
    visit.builds.push(await call("build", [queries.short[0].query]));
    if (visit.builds.length === 1) visit.memory.built = await memoryOf(page, call, before);
  } while (!isOver());
}

async function searched(call, { queries }, visit, effort) {
  const chunks = queries.short.map(({ chunk }) => chunk);
  visit.short = await call("search", [queries.short.map(({ query }) => query), chunks, effort.short]);
  for (const words of LONG) {
    if (queries.long[words]) visit.long[words] = await call("search", [queries.long[words], undefined, effort.long], `a query of ${words} words`);
  }
}

/** In a page that has never built an index. */
async function loaded(page, call, { language, queries }, visit, effort) {
  visit.saved = await call("save");
  await call("keep");
  await page.open();
  await call("about", [language]);
  await call("fetchSaved");
  const before = await page.memory();
  const started = performance.now();
  for (let count = 0; count < effort.loads && (count < 2 || performance.now() - started < effort.loadMs); count += 1) {
    const load = await call("load", [queries.short[0].query]);
    if (load.found === 0) throw new Failure("error", "the loaded index finds nothing");
    visit.loads.push(load);
    // Later loads would use the memory of the first.
    if (count === 0) visit.memory.loaded = await memoryOf(page, call, before);
  }
}

/** What the index takes beyond what was there, in megabytes. */
async function memoryOf(page, call, before) {
  const heap = (await page.memory()) - before;
  const { wasm, own, empty } = await call("memory");
  return { heap, wasm: wasm / 1e6, empty: empty / 1e6, own: own === undefined ? undefined : own / 1e6 };
}

/** The processor profile of two builds and many queries, for a look at where time goes. */
export async function profile(engine, { corpus, chunks, language, queries }, corpora, seconds) {
  const { result } = await visitPage(engine.module, corpora, async (page) => {
    await page.step("texts", [corpus, chunks, language], seconds);
    const words = queries.short.map(({ query }) => query);
    const build = await page.profiled(async () => {
      for (let count = 0; count < 5; count += 1) await page.step("build", [words[0]], seconds);
    });
    const short = await page.profiled(() => page.step("search", [words, undefined, { leastMs: 2000, mostMs: 2000 }], seconds));
    const long = await page.profiled(() => page.step("search", [queries.long[2000], undefined, { leastMs: 2000, mostMs: 2000 }], seconds));
    return { build, short, long };
  });
  return result;
}
