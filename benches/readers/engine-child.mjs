// The process of one engine: reads the files that it is told, one after the other.
//
// Told by engine-process.mjs, with the engine's module and the seconds for a file as arguments. Opening the file does not
// count, only reading what is in it. A panic of wasm leaves an instance that must not be used
// again, so it ends this process.

import { readFile } from "node:fs/promises";
import { basename } from "node:path";

const engine = await open(process.argv[2], Number(process.argv[3]));

process.on("message", async ({ id, path, wantsText }) => {
  const answer = await read(path, wantsText);
  process.send({ id, ...answer }, () => {
    if (answer.outcome === "panic" || answer.outcome === "timeout") process.exit(1);
  });
});
process.on("disconnect", () => process.exit(0));

async function open(module, seconds) {
  try {
    const opened = await (await import(module)).open({ seconds });
    process.send({ id: "opened", version: opened.version });
    return opened;
  } catch (error) {
    process.send({ id: "opened", error: describe(error) }, () => process.exit(1));
    return undefined;
  }
}

async function read(path, wantsText) {
  const bytes = new Uint8Array(await readFile(path));
  const started = performance.now();
  try {
    const { text, ms, excludedMs = 0, after } = await engine.read(bytes, basename(path), path);
    const took = ms ?? performance.now() - started - excludedMs;
    await after?.();
    return { outcome: "ok", ms: Math.round(took * 1000) / 1000, text: wantsText ? text : undefined };
  } catch (error) {
    const outcome = error?.outcome ?? (isPanic(error) ? "panic" : "error");
    return { outcome, ms: performance.now() - started, error: describe(error) };
  }
}

/** A trap in wasm, also when an engine wrapped it. */
function isPanic(error) {
  return error instanceof WebAssembly.RuntimeError || error?.code === "internal.panic";
}

/** In one line, without the folders of this machine. */
function describe(error) {
  const said = (error?.message ?? String(error)).replace(/(?:\/[^\s/:'"]+)+\//g, "");
  return { code: typeof error?.code === "string" ? error.code : (error?.name ?? "Error"), message: said.split("\n")[0].slice(0, 300) };
}
