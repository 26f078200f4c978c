/**
 * A notebook for the model: texts by key, kept from one conversation to the next.
 *
 * It decides what may be stored and words the replies; where it is stored is in `storage/`.
 */

import { fail } from "../errors.js";
import { defineTool } from "./define.js";
import { indexedDbStore } from "./storage/indexeddb.js";
import { memoryStore, type Store } from "./storage/store.js";
import type { Tool } from "./types.js";

/** Options of `keyValueStore()`. */
export interface KeyValueStoreOptions {
  /** Which store, 1 to 64 of `a-z A-Z 0-9 _ -`: two tools with one name share it. @example "notes" */
  name: string;
  /** What the model calls the tool. Default: `"key_value_store"`. */
  tool?: string;
  /** What the model is told it is for, added to how it is used. Default: nothing. @example "Keep what the user says about their house here." */
  purpose?: string;
  /** Where. Default: `"indexeddb"` where there is such, otherwise `"memory"`, as in Node. */
  kind?: "indexeddb" | "memory";
  /** The most keys. Default: 1000. */
  maxEntries?: number;
  /** The longest value, in UTF-16 units. Default: 10,000. */
  maxValueLength?: number;
  /** The most of all values together, in UTF-16 units. Default: 1,000,000. */
  maxTotalLength?: number;
}

const NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const MAX_KEY_LENGTH = 200;
const DEFAULT_MAX_ENTRIES = 1_000;
const DEFAULT_MAX_VALUE_LENGTH = 10_000;
const DEFAULT_MAX_TOTAL_LENGTH = 1_000_000;

type Action = { action: "get" | "delete"; key: string } | { action: "set"; key: string; value: string } | { action: "list" };

/**
 * A tool by which the model keeps texts, in this browser.
 *
 * @throws QwenAgentError `usage` if the name is wrong, or there is no such storage here
 *
 * @example
 * ```ts
 * const notes = keyValueStore({ name: "notes", purpose: "Keep what the user wants to be remembered." });
 * ```
 */
export function keyValueStore(options: KeyValueStoreOptions): Tool {
  const { name, maxEntries = DEFAULT_MAX_ENTRIES, maxValueLength = DEFAULT_MAX_VALUE_LENGTH, maxTotalLength = DEFAULT_MAX_TOTAL_LENGTH } = options;
  if (typeof name !== "string" || !NAME.test(name)) throw fail("usage", 'the name of a key-value store has 1 to 64 letters, digits, "_" and "-"');
  const store = storeOf(name, options.kind);
  const text = { type: "string", maxLength: MAX_KEY_LENGTH, minLength: 1 };
  return defineTool<Action>({
    name: options.tool ?? "key_value_store",
    description: `Keeps texts by key. Actions: "get" a key, "set" a key to a value, "delete" a key, "list" all keys.${options.purpose ? ` ${options.purpose}` : ""}`,
    parameters: {
      type: "object",
      properties: { action: { type: "string", enum: ["get", "set", "delete", "list"] }, key: text, value: { type: "string", maxLength: maxValueLength } },
      required: ["action"],
      additionalProperties: false,
      // One schema for four actions: models cope with that better than with four tools or a choice.
      allOf: [
        { if: { properties: { action: { enum: ["get", "set", "delete"] } } }, then: { required: ["key"] } },
        { if: { properties: { action: { const: "set" } } }, then: { required: ["value"] } },
      ],
    },
    run: (action) => act(store, action, { entries: maxEntries, total: maxTotalLength }),
  });
}

async function act(store: Store, given: Action, limits: { entries: number; total: number }): Promise<string> {
  switch (given.action) {
    case "get": {
      const value = await store.get(given.key);
      return value === undefined ? "(there is no such key)" : value;
    }
    case "set": {
      const refusal = await store.set(given.key, given.value, limits);
      if (refusal !== undefined) throw fail("tool.failed", refusal);
      return "(stored)";
    }
    case "delete":
      return (await store.delete(given.key)) ? "(deleted)" : "(there is no such key)";
    case "list":
      return JSON.stringify(await store.keys());
    default:
      return given satisfies never;
  }
}

/** In memory, one store for each name, as it is with databases. */
const inMemory = new Map<string, Store>();

function storeOf(name: string, kind: "indexeddb" | "memory" | undefined): Store {
  const hasDatabases = typeof indexedDB !== "undefined";
  if (kind === "indexeddb" && !hasDatabases) throw fail("usage", "there is no IndexedDB here");
  if (kind !== "memory" && hasDatabases) return indexedDbStore(name);
  const store = inMemory.get(name) ?? memoryStore();
  inMemory.set(name, store);
  return store;
}
