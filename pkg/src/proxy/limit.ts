/**
 * How many requests a client may send in a window of time.
 *
 * The counts may lie anywhere (`RateStore`); who a client is, is asked of the options. If counting
 * fails, the request is refused: a limit that is off when its store is down guards nothing.
 */

import type { ProxyContext, RateLimit, RateStore } from "./options.js";
import { Refusal } from "./refusal.js";

const MINUTE_MS = 60_000;
/** Clients whose counts are kept in memory: some megabytes. */
const MOST_CLIENTS = 50_000;

export function limiter(limit: RateLimit | false): (request: Request, context: ProxyContext) => Promise<void> {
  if (!limit) return async () => {};
  const { requests, windowMs = MINUTE_MS, clientOf = addressed, store = memoryStore() } = limit;
  return async (request, context) => {
    let counted: { requests: number; endsInMs: number };
    try {
      counted = await store.count((await clientOf(request, context)) ?? "unknown", windowMs);
    } catch (error) {
      throw new Refusal("limiter_failed", { "retry-after": "5" }, error);
    }
    if (counted.requests <= requests) return;
    throw new Refusal("rate_limited", { "retry-after": String(Math.max(1, Math.ceil(counted.endsInMs / 1000))) });
  };
}

/** Counts in memory, which ends with the process and is not shared between several. */
export function memoryStore({ now = Date.now, mostClients = MOST_CLIENTS }: { now?: () => number; mostClients?: number } = {}): RateStore {
  // In the order of their windows' beginnings, so that the oldest comes first.
  const windows = new Map<string, { requests: number; ends: number }>();
  return {
    count(client, windowMs) {
      const time = now();
      let window = windows.get(client);
      if (!window || window.ends <= time) {
        windows.delete(client);
        for (const [other, { ends }] of windows) {
          if (ends > time && windows.size < mostClients) break;
          windows.delete(other);
        }
        window = { requests: 0, ends: time + windowMs };
        windows.set(client, window);
      }
      window.requests += 1;
      return { requests: window.requests, endsInMs: window.ends - time };
    },
  };
}

function addressed(_: Request, { client }: ProxyContext): string | undefined {
  return client === undefined ? undefined : network(client);
}

/** Who has an IPv6 address usually has 2⁶⁴ of them. */
export function network(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1] as string;
  const plain = (address.split("%", 1)[0] ?? "").toLowerCase();
  if (!/^[\da-f:]+$/.test(plain) || !plain.includes(":")) return address;
  const [head = "", tail] = plain.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill("0"), ...right].map((group) => Number.parseInt(group, 16).toString(16));
  return `${groups.slice(0, 4).join(":")}::/64`;
}
