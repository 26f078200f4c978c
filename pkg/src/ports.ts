/**
 * One shape for everything that messages can be posted through: a browser's worker, Node's worker
 * thread, and the two ends of a MessageChannel.
 *
 * Ports carry messages and report death; they know nothing of what is in the messages.
 */

import type { MessagePort as NodePort, Worker as NodeWorker } from "node:worker_threads";
import { fail, isPanic, toQwenAgentError, type QwenAgentError } from "./errors.js";

export interface Port<Out> {
  post(message: Out, transfer?: Transferable[]): void;
  /** Called once. `onDeath` is called when no message can come any more, or none can be trusted. */
  listen(onMessage: (data: unknown) => void, onDeath: (error: QwenAgentError) => void): void;
  /** Whether an answer is awaited. Only Node cares: it exits when nothing is. */
  hold(waiting: boolean): void;
  close(): void;
}

/** The page's end of a browser's worker. */
export function workerPort<Out>(worker: Worker): Port<Out> {
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    listen(onMessage, onDeath) {
      worker.addEventListener("message", (event) => onMessage(event.data));
      worker.addEventListener("messageerror", () => onDeath(fail("worker.died", "a message from the worker could not be read")));
      worker.addEventListener("error", (event) => {
        event.preventDefault();
        // A script that could not be loaded gives a plain event without a message.
        const reason = event.message ? `: ${event.message}` : "; its script could not be loaded or run";
        const code = /unreachable|RuntimeError|out of bounds/.test(event.message ?? "") ? "internal.panic" : "worker.died";
        onDeath(fail(code, `the worker stopped${reason}`));
      });
    },
    hold: () => {},
    close: () => worker.terminate(),
  };
}

/** The page's end of Node's worker thread. */
export function threadPort<Out>(worker: NodeWorker): Port<Out> {
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer as Parameters<NodeWorker["postMessage"]>[1]),
    listen(onMessage, onDeath) {
      worker.on("message", onMessage);
      worker.on("error", (error: unknown) =>
        onDeath(isPanic(error) ? toQwenAgentError(error) : fail("worker.died", "the worker thread stopped", error)));
      worker.on("exit", () => onDeath(fail("worker.died", "the worker thread ended")));
    },
    hold: (waiting) => (waiting ? worker.ref() : worker.unref()),
    close: () => void worker.terminate(),
  };
}

/** The end of a worker that talks to its page; `scope` is the worker's global scope. */
export function scopePort<Out>(scope: DedicatedScope): Port<Out> {
  return {
    post: (message, transfer = []) => scope.postMessage(message, transfer),
    listen: (onMessage) => scope.addEventListener("message", (event) => onMessage(event.data)),
    hold: () => {},
    close: () => scope.close(),
  };
}

/** What is used of a DedicatedWorkerGlobalScope, whose types cannot be loaded beside a page's. */
export interface DedicatedScope {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<unknown>) => void): void;
  close(): void;
}

/** Node's `parentPort`: the thread's end. */
export function parentThreadPort<Out>(port: NodePort): Port<Out> {
  return {
    post: (message, transfer = []) => port.postMessage(message, transfer as Parameters<NodePort["postMessage"]>[1]),
    listen: (onMessage) => void port.on("message", onMessage),
    hold: () => {},
    close: () => port.close(),
  };
}

/** One end of a MessageChannel within a page. */
export function channelPort<Out>(port: MessagePort): Port<Out> {
  return {
    post: (message, transfer = []) => port.postMessage(message, transfer),
    listen(onMessage) {
      port.addEventListener("message", (event: MessageEvent<unknown>) => onMessage(event.data));
      port.start();
      holdPort(port, false);
    },
    hold: (waiting) => holdPort(port, waiting),
    close: () => port.close(),
  };
}

// In Node, MessagePort has ref() and unref(); in browsers it has not and needs neither.
function holdPort(port: MessagePort & { ref?: () => void; unref?: () => void }, waiting: boolean): void {
  if (waiting) port.ref?.();
  else port.unref?.();
}
