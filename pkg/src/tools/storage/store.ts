/**
 * What the key-value tool keeps things in: a small interface, and the one in memory.
 */

/** A store of texts by key. The keys come sorted. */
export interface Store {
  get(key: string): Promise<string | undefined>;
  /** Sets, or leaves everything as it is and says why: the limit that was reached. */
  set(key: string, value: string, limits: StoreLimits): Promise<string | undefined>;
  delete(key: string): Promise<boolean>;
  keys(): Promise<string[]>;
}

export interface StoreLimits {
  /** Of keys. */
  entries: number;
  /** Of all values together, in UTF-16 units. */
  total: number;
}

/** Why one more entry does not fit; `undefined` if it does. `others` are all entries but that one. */
export function beyond(limits: StoreLimits, others: { count: number; length: number }, value: string): string | undefined {
  if (others.count + 1 > limits.entries) return `there are ${limits.entries} entries already; delete one first`;
  if (others.length + value.length > limits.total) return `all values together may have ${limits.total} characters; delete something first`;
  return undefined;
}

/** Until the page is closed, or the program ends. */
export function memoryStore(): Store {
  const entries = new Map<string, string>();
  return {
    get: async (key) => entries.get(key),
    async set(key, value, limits) {
      const others = [...entries].filter(([other]) => other !== key);
      const refusal = beyond(limits, { count: others.length, length: others.reduce((sum, [, text]) => sum + text.length, 0) }, value);
      if (refusal === undefined) entries.set(key, value);
      return refusal;
    },
    delete: async (key) => entries.delete(key),
    keys: async () => [...entries.keys()].sort(),
  };
}
