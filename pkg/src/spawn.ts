/**
 * The ways to a host, best first: a worker, a worker by way of a Blob, a worker of a copy of its
 * script, the page itself.
 *
 * It starts them and no more; whether one answers is found out by `link.ts`, which then takes the
 * next. Nothing here runs on import.
 */

import { channelPort, workerPort } from "./ports.js";
import type { ToWorker } from "./protocol.js";
import { byBlob, byText, byThread, byUrl, type WayTo } from "./ways.js";

/** A way to start a host. */
export type Way = WayTo<ToWorker>;

/** What more `waysToHost()` may be told. */
export interface Hosting {
  /** Whether documents are to be stored. */
  stores?: boolean;
  /** Gives the worker's script, if there is a copy of it. It stores documents, too. */
  copy?: (() => Promise<string>) | undefined;
}

/** `worker` as in `AssistantOptions`. */
export function waysToHost(worker: boolean | string | URL = true, { stores = false, copy }: Hosting = {}): Way[] {
  if (worker === false) return [inPage];
  const name = stores ? "stored-worker.js" : "worker.js";
  if (typeof Worker === "undefined") return [...byThread<ToWorker>(worker === true ? besideUs(name) : worker), ...(worker === true ? [inPage] : [])];
  if (worker !== true) {
    const url = new URL(worker, globalThis.location?.href);
    return [byUrl(url), byBlob(() => url)];
  }
  return [stores ? bundledStored : bundled, byBlob(() => besideUs(name)), ...(copy ? [byText<ToWorker>(copy)] : []), inPage];
}

const bundled: Way = {
  replaceable: true,
  // Bundlers look for exactly this expression.
  start: async () => workerPort(new Worker(new URL("./worker.js", import.meta.url), { type: "module" })),
};

const bundledStored: Way = {
  replaceable: true,
  start: async () => workerPort(new Worker(new URL("./stored-worker.js", import.meta.url), { type: "module" })),
};

const inPage: Way = {
  replaceable: false,
  async start() {
    const { hostInPage } = await import("./inpage.js");
    const { port1, port2 } = new MessageChannel();
    // Our end must listen before the host says that it is ready; messages wait until it does.
    hostInPage(port2);
    return channelPort(port1);
  },
};

// Written so that bundlers do not take the file for an asset and copy it as it is.
function besideUs(name: string): URL {
  const here = import.meta.url;
  return new URL(name, here);
}
