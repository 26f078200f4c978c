/**
 * Adding files to the library of a command, and loading an index.
 *
 * What is common to the subcommands, and nothing that only one of them does.
 */

import { basename } from "node:path";
import type { LocalHost } from "../node.js";
import type { DocumentInfo } from "../results.js";
import type { SourceInfo } from "../wasm-types.js";
import { readBytes } from "./files.js";
import { clearStatus, printWarning, status } from "./output.js";

export interface AddFile {
  path: string;
  /** Its content, if it was read already. */
  bytes?: Uint8Array<ArrayBuffer>;
  id?: string;
  password?: string | undefined;
  /** Where it is visited, if it does not say so itself. */
  base?: string | undefined;
}

export async function addFile(host: LocalHost, file: AddFile, signal: AbortSignal): Promise<DocumentInfo> {
  const source: SourceInfo = { id: file.id ?? basename(file.path), name: basename(file.path) };
  if (file.password !== undefined) source.password = file.password;
  if (file.base !== undefined) source.base = file.base;
  return addBytes(host, source, file.bytes ?? (await readBytes(file.path)), signal);
}

export async function addBytes(host: LocalHost, source: SourceInfo, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<DocumentInfo> {
  try {
    return await host.call("add", { source, blob: new Blob([bytes]) }, {
      signal,
      onEvent: ({ phase, done, total }) => status(`${source.id}: ${phase} ${done}${total > 0 ? `/${total}` : ""}`),
    });
  } finally {
    clearStatus();
  }
}

export async function loadIndex(host: LocalHost, path: string, signal: AbortSignal): Promise<DocumentInfo[]> {
  return host.call("load", { bytes: await readBytes(path) }, { signal });
}

export function printWarnings(info: DocumentInfo): void {
  for (const { page, code, message } of info.warnings) {
    printWarning(code, message, page === undefined ? info.id : `${info.id}, page ${page}`);
  }
}
