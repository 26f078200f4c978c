// What a page and its workers hold, told by Chromium's own tools: heaps after garbage was collected,
// memories of wasm, workers, nodes, listeners. Nothing of it is asked of the code that is measured.

import { readFileSync } from "node:fs";

const COLLECTIONS = 3;
/** How often the memory of the processes is looked at. */
const SAMPLE_MS = 50;

/** In bytes and numbers, after garbage was collected. */
export async function figuresOf({ session, workers }) {
  const all = [session, ...workers.values()];
  // Several times: what finalizers let go of is garbage for the next time.
  for (let time = 0; time < COLLECTIONS; time++) for (const { send } of all) await send("HeapProfiler.collectGarbage");
  const [page, ...heaps] = await ofEach(all, async ({ send }) => heapOf(await send("Runtime.getHeapUsage")));
  const { nodes, jsEventListeners } = await session.send("Memory.getDOMCounters");
  return { wasm: await wasmOf({ session, workers }), workerHeap: sum(heaps), pageHeap: page, workers: workers.size, nodes, listeners: jsEventListeners };
}

/** Bytes of wasm memory in the page and all its workers. It only ever grows in one, so this is its peak, too. */
export async function wasmOf({ session, workers }) {
  return sum(await ofEach([session, ...workers.values()], wasmBytes));
}

async function ofEach(sessions, ask) {
  const given = [];
  for (const session of sessions) given.push(await ask(session));
  return given;
}

function heapOf({ usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 }) {
  return usedSize + embedderHeapUsedSize + backingStorageSize;
}

/** By asking for all objects of the kind, which no script can hide. */
async function wasmBytes({ send }) {
  const objectGroup = "soak";
  const { result } = await send("Runtime.evaluate", { expression: "WebAssembly.Memory.prototype", objectGroup });
  const { objects } = await send("Runtime.queryObjects", { prototypeObjectId: result.objectId, objectGroup });
  const add = "function () { return this.reduce((sum, { buffer }) => sum + buffer.byteLength, 0); }";
  const bytes = await send("Runtime.callFunctionOn", { objectId: objects.objectId, functionDeclaration: add, returnByValue: true });
  // Or the inspector itself would keep them.
  await send("Runtime.releaseObjectGroup", { objectGroup });
  return bytes.result.value;
}

/**
 * What `work` gives, how long it took, and the most memory that a page process of the browser has
 * had meanwhile, in bytes. That is known where there is /proc; elsewhere `peak` is undefined.
 */
export async function peakDuring(browser, work) {
  let peak;
  const look = async () => {
    for (const pid of await browser.pageProcesses()) peak = Math.max(peak ?? 0, residentBytes(pid) ?? 0) || undefined;
  };
  let over = false;
  const looking = (async () => {
    while (!over) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    }
  })();
  const start = performance.now();
  try {
    const result = await work();
    const seconds = (performance.now() - start) / 1000;
    await look();
    return { result, seconds, peak };
  } finally {
    over = true;
    await looking;
  }
}

function residentBytes(pid) {
  try {
    return 1024 * Number(/^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
  } catch {
    return undefined;
  }
}

function sum(numbers) {
  return numbers.reduce((all, number) => all + number, 0);
}
