/**
 * The host in the page itself, for where workers are not allowed.
 *
 * Loaded only then, so that pages with workers do not carry the host twice. After a panic it
 * cannot be replaced, since a realm has one instance of each wasm module: calls keep failing with
 * `internal.panic` until the page is loaded again.
 */

import { Answering } from "./answering.js";
import { isPanic } from "./errors.js";
import { createHost } from "./host.js";
import { wasmModules } from "./modules.js";
import { channelPort } from "./ports.js";
import { openStored } from "./storage/open.js";
import { readAgain } from "./storage/read-again.js";

export function hostInPage(port: MessagePort): void {
  // The page outlives its hosts, and what it listens with would keep them.
  const over = new AbortController();
  const { signal } = over;
  const answering = new Answering(channelPort(port), (it) => createHost(wasmModules((module) => it.module(module), () => it.vocabulary()), { storing: { openStored, readAgain }, notify: (notice) => it.notify(notice), closed: () => over.abort() }));
  if (typeof globalThis.addEventListener !== "function") return;
  // See worker.ts. Traps of other wasm modules in the page are told apart by their stack.
  globalThis.addEventListener("error", (event) => {
    if (isOurPanic(event.error)) answering.panic(event.error);
  }, { signal });
  globalThis.addEventListener("unhandledrejection", (event) => {
    if (isOurPanic(event.reason)) answering.panic(event.reason);
  }, { signal });
}

function isOurPanic(thrown: unknown): boolean {
  return isPanic(thrown) && /core_bg|readers_bg|pdf_bg|pdf-cjk_bg|qwen_agent/.test(thrown.stack ?? "");
}
