/**
 * Replies of parts of documents that a model has read, kept so that a run that was interrupted
 * does not ask, and pay, for them again.
 *
 * A name is a hash of all that a reply depends on; replies are small and may be forgotten at any
 * time. Losing them never fails a run: see `watched()`. The one in the browser's database is in
 * `readings-db.ts`, the command's in `cli/readings.ts`.
 */

import { toQwenAgentError } from "./errors.js";
import { databaseReadings } from "./readings-db.js";

export interface Readings {
  get(name: string): Promise<string | undefined>;
  put(name: string, reply: string): Promise<void>;
  /** Forgets everything. */
  clear(): Promise<void>;
  /** Lets go of the place, where there is something to let go of. */
  close?(): void;
}

/** What a place keeps at most. */
export interface ReadingsLimits {
  entries: number;
  /** In milliseconds. */
  age: number;
}

/** A library of five million tokens has about ten thousand parts; a month is longer than an interruption. */
export const READINGS_LIMITS: ReadingsLimits = { entries: 10_000, age: 30 * 24 * 60 * 60 * 1000 };

/** Which place a question uses. */
export interface ReadingsChoice {
  /** Default: the browser's database where there is one, else memory. */
  where?: "memory" | "indexeddb";
  /** The name of the database. */
  name: string;
}

/** Gives places by choice, each made once. */
export interface ReadingsPlaces {
  (choice: ReadingsChoice): Readings;
  close(): void;
}

export function readingsPlaces(): ReadingsPlaces {
  const made = new Map<string, Readings>();
  const place = ({ where = typeof indexedDB === "undefined" ? "memory" : "indexeddb", name }: ReadingsChoice): Readings => {
    const key = `${where} ${name}`;
    const known = made.get(key);
    if (known) return known;
    const readings = where === "memory" ? memoryReadings() : databaseReadings(name, READINGS_LIMITS);
    made.set(key, readings);
    return readings;
  };
  return Object.assign(place, { close: () => made.forEach((readings) => readings.close?.()) });
}

/** In this realm's memory. `now` is for tests. */
export function memoryReadings(limits: ReadingsLimits = READINGS_LIMITS, now: () => number = Date.now): Readings {
  // A map keeps the order in which entries were put.
  const entries = new Map<string, { reply: string; at: number }>();
  return {
    async get(name) {
      const entry = entries.get(name);
      return entry && now() - entry.at <= limits.age ? entry.reply : undefined;
    },
    async put(name, reply) {
      entries.delete(name);
      entries.set(name, { reply, at: now() });
      for (const oldest of entries.keys()) {
        if (entries.size <= limits.entries) return;
        entries.delete(oldest);
      }
    },
    async clear() {
      entries.clear();
    },
  };
}

/** The same for one run: after the first failure, which is told, it is left alone. */
export function watched(readings: Readings, onFailure: (reason: string) => void): { get: Readings["get"]; put(name: string, reply: string): Promise<unknown> } {
  let working = true;
  const guarded = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    if (!working) return undefined;
    try {
      return await work();
    } catch (error) {
      // Several may have been under way.
      if (working) onFailure(toQwenAgentError(error).message);
      working = false;
      return undefined;
    }
  };
  return {
    get: (name) => guarded(() => readings.get(name)),
    put: (name, reply) => guarded(() => readings.put(name, reply)),
  };
}
