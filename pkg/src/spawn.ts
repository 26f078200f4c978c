/**
 * The ways to a host, best first: a worker, a worker by way of a Blob, the page itself.
 *
 * It starts them and no more; whether one answers is found out by `link.ts`, which then takes the
 * next. Nothing here runs on import.
 */

import { fail } from "./errors.js";
import { channelPort, threadPort, workerPort, type Port } from "./ports.js";
import type { ToWorker } from "./protocol.js";

/** A way to start a host. */
export interface Way {
  /** Starts it. May throw, and may give a port that dies before it says that it is ready. */
  start(): Promise<Port<ToWorker>>;
  /** Whether another can be started when it has died. */
  replaceable: boolean;
}

/** `worker` as in `AssistantOptions`. */
export function waysToHost(worker: boolean | string | URL = true): Way[] {
  if (worker === false) return [inPage];
  if (typeof Worker === "undefined") return [...threads(worker), ...(worker === true ? [inPage] : [])];
  if (worker !== true) {
    const url = new URL(worker, globalThis.location?.href);
    return [byUrl(url), byBlob(url)];
  }
  return [bundled, byBlob(besideUs()), inPage];
}

const bundled: Way = {
  replaceable: true,
  // Bundlers look for exactly this expression.
  start: async () => workerPort(new Worker(new URL("./worker.js", import.meta.url), { type: "module" })),
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

function byUrl(url: URL): Way {
  return { replaceable: true, start: async () => workerPort(new Worker(url, { type: "module" })) };
}

/**
 * Browsers refuse worker scripts of another origin, and a script from a CDN is the normal case:
 * a Blob of the page's own origin imports it.
 */
function byBlob(url: URL): Way {
  return {
    replaceable: true,
    async start() {
      if (url.protocol !== "https:" && url.protocol !== "http:") throw fail("worker.blocked", `a worker cannot be loaded from ${url.protocol}`);
      const blob = new Blob([`import ${JSON.stringify(url.href)};`], { type: "text/javascript" });
      const address = URL.createObjectURL(blob);
      // Not revoked: that would race with loading, and a page has at most a handful of these lines.
      return workerPort(new Worker(address, { type: "module" }));
    },
  };
}

function threads(worker: true | string | URL): Way[] {
  const node = typeof process === "object" ? process.getBuiltinModule?.("node:worker_threads") : undefined;
  if (!node) return [];
  const url = worker === true ? besideUs() : worker;
  return [{ replaceable: true, start: async () => threadPort(new node.Worker(url)) }];
}

// Written so that bundlers do not take the file for an asset and copy it as it is.
function besideUs(): URL {
  const here = import.meta.url;
  return new URL("worker.js", here);
}
