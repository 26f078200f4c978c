/**
 * What the browser tells of its storage: room, and whether it may delete by itself.
 */

import type { StorageKind, StorageState } from "./types.js";

export async function storageState(kind: StorageKind): Promise<StorageState> {
  const storage = globalThis.navigator?.storage as StorageManager | undefined;
  const { usage, quota } = (await storage?.estimate?.().catch(() => undefined)) ?? {};
  const persisted = (await storage?.persisted?.().catch(() => undefined)) ?? false;
  return { kind, ...(usage === undefined ? {} : { usage }), ...(quota === undefined ? {} : { quota }), persisted };
}
