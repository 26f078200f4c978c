/**
 * Sessions that are loaded when they are first used: most pages ask without.
 */

import type { StorageOptions } from "../options.js";
import type { KeptSessions } from "./sessions.js";
import type { Sessions, SessionsChange } from "./types.js";

/** The database of sessions beside that of the documents. */
const DEFAULT_NAME = "qwen-agent";

export interface LazySessions extends Sessions {
  /** The part that only the assistant uses. */
  loaded(): Promise<KeptSessions>;
  close(): void;
}

export function lazySessions(storage: StorageOptions | undefined, onChange: (change: SessionsChange) => void): LazySessions {
  let loading: Promise<KeptSessions> | undefined;
  let closed = false;
  const load = async (): Promise<KeptSessions> => {
    const { sessionsIn } = await import("./sessions.js");
    const kept = sessionsIn(databaseOf(storage), (change) => {
      if (!closed) onChange(change);
    });
    if (closed) kept.close();
    return kept;
  };
  const loaded = (): Promise<KeptSessions> => (loading ??= load());
  // Whoever shares sessions with other tabs wants to hear of them from the start.
  if (databaseOf(storage) !== undefined) loaded().catch(() => {});
  return {
    loaded,
    create: async (options) => (await loaded()).create(options),
    list: async (options) => (await loaded()).list(options),
    get: async (id) => (await loaded()).get(id),
    rename: async (id, title) => (await loaded()).rename(id, title),
    remove: async (id) => (await loaded()).remove(id),
    clear: async () => (await loaded()).clear(),
    export: async (id, format) => (await loaded()).export(id, format),
    close() {
      closed = true;
      void loading?.then((kept) => kept.close());
    },
  };
}

/** The name of the database; nothing where sessions are kept in memory. */
export function databaseOf({ kind = "memory", name = DEFAULT_NAME }: StorageOptions = {}): string | undefined {
  if (kind === "memory" || (kind === "auto" && typeof indexedDB === "undefined")) return undefined;
  return `${name}-sessions`;
}
