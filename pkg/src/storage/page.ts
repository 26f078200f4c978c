/**
 * The page's part of storage: what users ask and are told, and asking the browser not to delete.
 *
 * All else is the worker's business.
 */

import type { Link } from "../link.js";
import type { AssistantStorage } from "./types.js";

export function storageOver(link: Link, onClear: () => void): AssistantStorage {
  return {
    estimate: ({ signal } = {}) => link.open("storage", {}, { signal }).result,
    async clear({ signal } = {}) {
      await link.open("clear", {}, { signal, cancelled: "when-answered" }).result;
      link.journal.cleared();
      onClear();
    },
  };
}

/** Asks the browser once not to delete what is stored. Only pages can; what it says is its secret. */
export function askToPersist(): void {
  void globalThis.navigator?.storage?.persist?.().catch(() => {});
}
