// Headless Chromium by its own protocol, over a pipe. What drives browsers for tests listens to
// every request and every line of a console, and Chromium then keeps those: it would be measured.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { executable, FLAGS } from "../browser.mjs";

const HEADLESS = ["--headless", "--remote-debugging-pipe", "--disable-component-update", "--disable-sync", "--disable-extensions", "--no-default-browser-check"];
const LOOK_MS = 20;
const START_MS = 60_000;

export async function startChromium() {
  const profile = await mkdtemp(join(tmpdir(), "soak-chromium-"));
  const child = spawn(executable(), [...FLAGS, ...HEADLESS, `--user-data-dir=${profile}`, "about:blank"], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const connection = new Connection(child);
  const { product } = await connection.send("Browser.getVersion");
  return {
    version: product.split("/")[1],
    /** A page of a context of its own, with nothing stored. */
    open: (url) => openPage(connection, url),
    /** Of all processes that show pages. */
    async pageProcesses() {
      const { processInfo } = await connection.send("SystemInfo.getProcessInfo");
      return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
    },
    async close() {
      connection.send("Browser.close").catch(() => {});
      await gone;
      process.off("exit", kill);
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function openPage(connection, url) {
  const { browserContextId } = await connection.send("Target.createBrowserContext");
  const { targetId } = await connection.send("Target.createTarget", { url: "about:blank", browserContextId });
  const { sessionId } = await connection.send("Target.attachToTarget", { targetId, flatten: true });
  const session = new Session(connection, sessionId);
  const page = {
    session,
    /** What a function gives that runs in the page with one argument. */
    evaluate: (run, argument) => evaluate(session, `(${run})(${argument === undefined ? "" : JSON.stringify(argument)})`),
    close: () => connection.send("Target.disposeBrowserContext", { browserContextId }),
  };
  /** The sessions of workers that live. */
  page.workers = await follow(connection, session);
  await session.send("Page.navigate", { url });
  const end = Date.now() + START_MS;
  while (!(await page.evaluate(() => globalThis.soak !== undefined).catch(() => false))) {
    if (Date.now() > end) throw new Error(`${url} does not become ready`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return page;
}

async function follow(connection, { id, send }) {
  const workers = new Map();
  connection.on("Target.attachedToTarget", ({ sessionId, targetInfo }, parent) => {
    if (parent === id && targetInfo.type === "worker") workers.set(sessionId, new Session(connection, sessionId));
  });
  connection.on("Target.detachedFromTarget", ({ sessionId }) => workers.delete(sessionId));
  await send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: true });
  return workers;
}

async function evaluate({ send }, expression) {
  const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
}

class Session {
  constructor(connection, id) {
    this.id = id;
    this.send = (method, params) => connection.send(method, params, id);
  }
}

/** Messages over the child's third and fourth pipe, with a zero after each. */
class Connection {
  #out;
  #next = 1;
  #waiting = new Map();
  #listeners = new Map();
  #text = "";

  constructor(child) {
    this.#out = child.stdio[3];
    child.stdio[4].setEncoding("utf8");
    child.stdio[4].on("data", (part) => this.#take(part));
    child.on("error", (error) => this.#fail(error));
    child.once("exit", () => this.#fail(new Error("Chromium has ended")));
  }

  on(event, listener) {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  }

  send(method, params = {}, sessionId) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, method });
      this.#out.write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
    });
  }

  #take(part) {
    const messages = (this.#text + part).split("\0");
    this.#text = messages.pop();
    for (const message of messages) this.#receive(JSON.parse(message));
  }

  #receive({ id, method, params, result, error, sessionId }) {
    if (id === undefined) return (this.#listeners.get(method) ?? []).forEach((listener) => listener(params, sessionId));
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(new Error(`${waiting.method}: ${error.message}`));
    else waiting?.resolve(result);
  }

  #fail(error) {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
