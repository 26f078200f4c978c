// Runs the engines over the files: once for the texts, which are scored, then more passes for
// the time alone.
//
// Passes of the engines take turns, so that a busy minute of the machine does not fall on one of
// them. The first pass warms up and is not timed.

import { TRUTH } from "./corpus.mjs";
import { EngineProcess } from "./engine-process.mjs";
import { reads } from "./engines.mjs";
import { score } from "./score.mjs";

/**
 * Per file and engine: `{ outcome, error?, score?, ms: [one per pass] }`, as `results` of the
 * file; and the engines that could be started, with their versions.
 */
export async function measure(files, engines, { passes, seconds, log }) {
  const running = [];
  try {
    const needed = engines.filter((engine) => files.some(({ kind }) => reads(engine, kind)));
    for (const engine of needed) running.push(await start(engine, seconds));
    for (const { engine, child } of running.filter(({ error }) => !error)) {
      const all = files.filter(({ kind }) => reads(engine, kind));
      for (const file of all) await readOnce(file, engine, child);
      log(`${engine.name}: read ${all.length} files`);
    }
    for (let pass = 1; pass <= passes; pass += 1) {
      for (const { engine, child } of running.filter(({ error }) => !error)) await timeOnce(files, engine, child);
      log(`timed, pass ${pass} of ${passes}`);
    }
  } finally {
    for (const { child } of running) child.close();
  }
  return running.map(({ engine, version, error }) => ({ name: engine.name, note: engine.note, reference: engine.reference, version, error }));
}

async function start(engine, seconds) {
  const child = new EngineProcess(engine.module, seconds);
  return { engine, child, ...(await child.open()) };
}

async function readOnce(file, engine, child) {
  const { outcome, text = "", error } = await child.read(file.path, true);
  file.results ??= {};
  file.results[engine.name] = { outcome, error, score: scoreOf(text, file, engine), ms: [] };
}

async function timeOnce(files, engine, child) {
  for (const file of files) {
    const result = file.results?.[engine.name];
    if (result?.outcome !== "ok") continue;
    const { outcome, ms } = await child.read(file.path, false);
    // What cannot be repeated is no success.
    if (outcome === "ok") result.ms.push(ms);
    else result.outcome = outcome;
  }
}

/** Failures count as empty texts. An engine is scored against the others, never against itself. */
function scoreOf(text, { references }, engine) {
  const names = Object.keys(references);
  if (!names.includes(engine.reference)) return score(text, Object.values(references));
  const others = names.filter((name) => name !== engine.reference);
  return others.length > 1 ? score(text, others.map((name) => references[name])) : undefined;
}

/** The scores of what a corpus stores of other engines, each against the rest. */
export function storedScores({ references }) {
  const names = Object.keys(references);
  if (TRUTH in references || names.length < 3) return {};
  const scored = names.map((name) => {
    const others = names.filter((other) => other !== name).map((other) => references[other]);
    return [name, score(references[name], others)];
  });
  return Object.fromEntries(scored.filter(([, value]) => value));
}
