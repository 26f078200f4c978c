// One engine in a fresh headless Chromium: the browser, its page, and what the operating system
// and the browser say of it. An engine that takes too long or ends the page loses only its own
// browser.
//
// Processor time is that of the main threads of all page processes (only the page's works; others
// sleep), read from /proc. Where there is no /proc, it is missing and wall time is all there is.

import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { fileURLToPath } from "node:url";
import { FLAGS, executable } from "../browser.mjs";
import { serve } from "./server.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
/** Without updates in the background, and with garbage collection on demand, to weigh what is left. */
const MORE_FLAGS = ["--disable-component-update", "--js-flags=--expose-gc"];
/** How often the size of the page's process is looked at. */
const WATCH_MS = 500;

/** Why an engine gave no figure: `outcome` is "timeout", "crash" or "error". */
export class Failure extends Error {
  constructor(outcome, message) {
    super(message);
    this.outcome = outcome;
  }
}

/** Runs `visit(page)` with a page of the engine; whatever happens, browser and server are closed. */
export async function visitPage(engine, corpora, visit) {
  const server = await serve(await bundle(engine), corpora);
  const browser = await chromium.launch({ executablePath: executable(), args: [...FLAGS, ...MORE_FLAGS], handleSIGTERM: false });
  try {
    const page = new Page(browser, server.address);
    await page.open();
    return { version: browser.version(), result: await visit(page) };
  } finally {
    await browser.close();
    server.close();
  }
}

class Page {
  #browser;
  #address;
  #tab;
  #session;
  #processes = [];
  #lost;
  #largestMb = 0;

  constructor(browser, address) {
    this.#browser = browser;
    this.#address = address;
  }

  /** A page that has run nothing before. */
  async open() {
    await this.#tab?.close();
    this.#tab = await this.#browser.newPage();
    this.#tab.setDefaultTimeout(0);
    this.#lost = new Promise((_, reject) => {
      this.#tab.once("crash", () => reject(new Failure("crash", `the page ended; its process had ${Math.round(this.#largestMb)} MB`)));
    });
    this.#lost.catch(() => {});
    await this.#tab.goto(this.#address);
    const started = await this.#tab.waitForFunction("globalThis.bench", null, { timeout: 20_000 }).catch(() => undefined);
    if (!started) throw new Failure("error", "the engine's page does not start");
    this.#session = await this.#tab.context().newCDPSession(this.#tab);
    await this.#session.send("Runtime.enable");
    const session = await this.#browser.newBrowserCDPSession();
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    this.#processes = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
    await session.detach();
  }

  /** Calls a step of `bench`: what it gives, with the processor time `cpu` that it took. */
  async step(name, args, seconds) {
    const before = this.#cpuMs();
    const value = await this.#within(this.#tab.evaluate(([name, args]) => globalThis.bench[name](...args), [name, args]), seconds, name);
    return { ...value, cpu: this.#cpuMs() - before };
  }

  /**
   * Megabytes of JavaScript after collecting garbage: the heap, buffers, and strings that the
   * browser has moved out of the heap, which it does when they are encoded. Not wasm memory.
   */
  async memory() {
    // What a fetch brought is let go of only a while after it ended.
    const collect = async () => {
      for (let count = 0; count < 3; count += 1) {
        await new Promise((settle) => setTimeout(settle, 100));
        await this.#session.send("HeapProfiler.collectGarbage");
      }
    };
    await this.#within(collect(), 120, "collecting garbage");
    const { usedSize, backingStorageSize = 0 } = await this.#session.send("Runtime.getHeapUsage");
    return (usedSize + backingStorageSize) / 1e6;
  }

  /** Runs `work` under the browser's sampling profiler; the profile. */
  async profiled(work) {
    await this.#session.send("Profiler.enable");
    await this.#session.send("Profiler.setSamplingInterval", { interval: 200 });
    await this.#session.send("Profiler.start");
    await work();
    return (await this.#session.send("Profiler.stop")).profile;
  }

  async #within(promise, seconds, what) {
    let timer;
    const watch = setInterval(() => {
      this.#largestMb = Math.max(this.#largestMb, ...this.#processes.map(residentMb));
    }, WATCH_MS);
    const limit = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Failure("timeout", `${what} took more than ${seconds} s`)), seconds * 1000);
    });
    try {
      return await Promise.race([promise, limit, this.#lost]);
    } catch (error) {
      if (error instanceof Failure) throw error;
      // The page may be told as lost a moment later than the call that it took along.
      await Promise.race([this.#lost, new Promise((settle) => setTimeout(settle, 500))]);
      throw new Failure("error", String(error.message).replace(/^page\.evaluate: /, "").split("\n")[0].slice(0, 200));
    } finally {
      clearTimeout(timer);
      clearInterval(watch);
    }
  }

  #cpuMs() {
    return this.#processes.reduce((sum, id) => sum + mainThreadMs(id), 0);
  }
}

function mainThreadMs(id) {
  try {
    return Number(readFileSync(`/proc/${id}/task/${id}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  } catch {
    return Number.NaN;
  }
}

function residentMb(id) {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0) / 1000;
  } catch {
    return 0;
  }
}

async function bundle(engine) {
  const plugin = {
    name: "engine",
    setup(build) {
      build.onResolve({ filter: /^engine-under-test$/ }, () => ({ path: `${HERE}engines/${engine}.mjs` }));
      build.onResolve({ filter: /^qwen-agent-wasm\/search$/ }, () => ({ path: ownEntry(), external: true }));
      // Some peers name Node's modules on ways that a browser never goes.
      build.onResolve({ filter: /^(node:)?(fs|path|crypto|module|os|url|util)$/ }, ({ path }) => ({ path, namespace: "node" }));
      build.onLoad({ filter: /.*/, namespace: "node" }, () => ({ contents: "export default {}" }));
    },
  };
  const { outputFiles } = await build({
    entryPoints: [`${HERE}page/page.mjs`], bundle: true, write: false, format: "esm", platform: "browser", minify: true, logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"', global: "globalThis" }, plugins: [plugin],
  });
  return outputFiles[0].text;
}

/** The address of our package's entry, from what the package exports. */
function ownEntry() {
  const { exports } = JSON.parse(readFileSync(new URL("../../pkg/package.json", import.meta.url), "utf8"));
  return new URL(exports["./search"].default, "http://localhost/pkg/").pathname;
}

