/**
 * Opens what is stored, or says that there is nothing to store in.
 *
 * A database that cannot be opened is no reason to refuse work: documents are in memory then, and
 * users are told. One of a newer version is: an empty library beside it would look like a loss.
 */

import { isPanic, QwenAgentError } from "../errors.js";
import { told } from "./database.js";
import { StoredLibrary, type StoredLibraryOptions } from "./stored-library.js";

/** @throws QwenAgentError `storage.newer` */
export async function openStored(options: StoredLibraryOptions): Promise<StoredLibrary | undefined> {
  try {
    return await StoredLibrary.open(options);
  } catch (error) {
    if (isPanic(error)) throw error;
    const cause = told(error);
    if (cause instanceof QwenAgentError && cause.code === "storage.newer") throw cause;
    const message = `documents are in memory only, and gone after a reload: ${cause.message}. Private windows and blocked site data are the usual reasons`;
    options.notify({ name: "storage", detail: { kind: "unavailable", message } });
    return undefined;
  }
}
