/**
 * The ways to start a worker from an address: directly, by way of a Blob, as a thread of Node.
 *
 * They know neither which script it is nor what is said to it.
 */

import { node } from "./builtin.js";
import { fail } from "./errors.js";
import { threadPort, workerPort, type Port } from "./ports.js";

/** A way to start a worker, or what does its work. `Out` is what is posted to it. */
export interface WayTo<Out> {
  /** Starts it. May throw, and may give a port that dies before it says that it is ready. */
  start(): Promise<Port<Out>>;
  /** Whether another can be started when it has died. */
  replaceable: boolean;
}

export function byUrl<Out>(url: URL): WayTo<Out> {
  return { replaceable: true, start: async () => workerPort(new Worker(url, { type: "module" })) };
}

/**
 * Browsers refuse worker scripts of another origin, and a script from a CDN is the normal case:
 * a Blob of the page's own origin imports it.
 */
export function byBlob<Out>(address: () => URL): WayTo<Out> {
  return {
    replaceable: true,
    async start() {
      const url = address();
      if (url.protocol !== "https:" && url.protocol !== "http:") throw fail("worker.blocked", `a worker cannot be loaded from ${url.protocol}`);
      // Policies count what a worker imports statically as a worker (worker-src), and what it imports
      // like this as a script (script-src), which a page that has the package from there allows.
      return ofText(`import(${JSON.stringify(url.href)}).catch((error) => setTimeout(() => { throw error; }));`);
    },
  };
}

/** Of a script that stands alone. */
export function byText<Out>(text: () => Promise<string>): WayTo<Out> {
  return { replaceable: true, start: async () => ofText(await text()) };
}

function ofText<Out>(text: string): Port<Out> {
  const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  // Not revoked: that would race with loading, and a page has at most a handful of these.
  return workerPort(new Worker(address, { type: "module" }));
}

/** None where this is not Node. */
export function byThread<Out>(url: string | URL): WayTo<Out>[] {
  const threads = node()?.getBuiltinModule("node:worker_threads");
  return threads ? [{ replaceable: true, start: async () => threadPort(new threads.Worker(url)) }] : [];
}
