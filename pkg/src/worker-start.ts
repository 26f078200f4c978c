/**
 * Makes the realm that it runs in a host: that of a module worker, or in Node of a worker thread.
 */

import { Answering } from "./answering.js";
import { node } from "./builtin.js";
import { isPanic } from "./errors.js";
import { createHost, type HostOptions } from "./host.js";
import { wasmModules } from "./modules.js";
import { parentThreadPort, scopePort, type DedicatedScope, type Port } from "./ports.js";
import type { ToPage } from "./protocol.js";

/** Answers the page in this realm, a worker's. */
export function startWorker(options: Pick<HostOptions, "storing"> = {}): void {
  const threads = node()?.getBuiltinModule("node:worker_threads");
  const parent = threads?.parentPort;
  if (parent) {
    const answering = answer(parentThreadPort(parent), options);
    const report = (thrown: unknown): void => {
      answering.panic(thrown);
    };
    node()?.on("uncaughtException", report).on("unhandledRejection", report);
    return;
  }
  const scope = globalThis as unknown as DedicatedScope & EventTarget;
  const answering = answer(scopePort(scope), options);
  // A panic inside a task of wasm's own surfaces here and would leave its promise hanging.
  scope.addEventListener("error", (event: Event) => {
    if (event instanceof ErrorEvent && isPanic(event.error)) end(answering, event.error, scope);
  });
  scope.addEventListener("unhandledrejection", (event: Event) => {
    if (event instanceof PromiseRejectionEvent && isPanic(event.reason)) end(answering, event.reason, scope);
  });
}

function answer(port: Port<ToPage>, options: HostOptions): Answering {
  return new Answering(port, (answering) => createHost(wasmModules((module) => answering.module(module), () => answering.vocabulary()), { ...options, notify: (notice) => answering.notify(notice) }));
}

function end(answering: Answering, thrown: unknown, scope: DedicatedScope): void {
  answering.panic(thrown);
  scope.close();
}
