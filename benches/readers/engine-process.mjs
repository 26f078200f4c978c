// An engine in a process of its own, so that one that hangs or dies costs one file.
//
// The process is started when first needed and again after it was lost. Only processes started
// here are ended, and all of them by close().

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("./engine-child.mjs", import.meta.url));
/** An engine has this long to load. */
const OPEN_MS = 60_000;
/** How much longer than an engine that watches itself is waited. */
const GRACE_MS = 2_000;

export class EngineProcess {
  #module;
  #seconds;
  #child;
  #waiting;
  #next = 0;

  /** `seconds` is what the engine has for a file. */
  constructor(module, seconds) {
    this.#module = module;
    this.#seconds = seconds;
  }

  /** Starts the engine: its version, or why it cannot be used. */
  async open() {
    const child = fork(CHILD, [this.#module, String(this.#seconds)], { serialization: "advanced", stdio: ["ignore", "ignore", "ignore", "ipc"] });
    this.#child = child;
    child.on("message", (message) => this.#settle(message.id, message));
    child.on("error", () => this.#lost(child));
    child.on("exit", () => this.#lost(child));
    const opened = await this.#answer("opened", OPEN_MS);
    if (opened.outcome || opened.error) return { error: opened.error?.message ?? "it did not start" };
    return { version: opened.version };
  }

  /** What became of a file: `{ outcome, ms, text?, error? }`. */
  async read(path, wantsText) {
    if (!this.#child) {
      const { error } = await this.open();
      if (error) return { outcome: "crash", ms: 0, error: { code: "start", message: error } };
    }
    const id = (this.#next += 1);
    this.#child.send({ id, path, wantsText });
    return this.#answer(id, this.#seconds * 1000 + GRACE_MS);
  }

  close() {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }

  #answer(id, timeoutMs) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.close();
        this.#settle(id, { outcome: "timeout", ms: timeoutMs });
      }, timeoutMs);
      this.#waiting = { id, resolve, timer };
    });
  }

  #settle(id, answer) {
    if (this.#waiting?.id !== id) return;
    const { resolve, timer } = this.#waiting;
    this.#waiting = undefined;
    clearTimeout(timer);
    // Such a process ends by itself; the next file gets a new one.
    if (answer.outcome === "panic" || answer.outcome === "timeout") this.#child = undefined;
    resolve(answer);
  }

  #lost(child) {
    if (this.#child !== child) return;
    this.#child = undefined;
    if (this.#waiting) this.#settle(this.#waiting.id, { outcome: "crash", ms: 0, error: { code: "crash", message: "the process ended" } });
  }
}
