/**
 * What is in the database: a log of parts, one for each added document, merged in quiet moments.
 *
 * Every record has a version. Records of version 1 must be readable for ever; what a later version
 * wrote is left alone. A document has a serial number that is never given again, and parts are in
 * the order of the serial numbers of their documents, which is the order of the documents.
 */

import { fail } from "../errors.js";

export const RECORD_VERSION = 1;

/** The one record of the store `state`. */
export interface State {
  version: number;
  /** Tells this database from one that was made after it was deleted. */
  epoch: string;
  /** Raised by every change of the documents. */
  revision: number;
  /** The next serial number. */
  next: number;
}

export interface StoredDocument {
  id: string;
  serial: number;
  /** In the part's bytes, but no longer in the library. */
  removed?: true;
}

/** A record of the store `parts`; its bytes are in the store `bytes`, by the same number. */
export interface Part {
  version: number;
  /** The key: the serial number of its first document when it was made. */
  number: number;
  /** In the order in which they are in the bytes. */
  documents: StoredDocument[];
  /** Ids of those that are not removed, by which the part is found. */
  ids: string[];
  size: number;
}

/** A record of the store `bytes`: an index file. */
export interface PartBytes {
  version: number;
  number: number;
  bytes: Uint8Array;
}

/** A record of the store `originals`: a document's file, here or in the private file system. */
export interface Original {
  version: number;
  serial: number;
  name: string;
  /** That of the file. */
  type: string;
  /** What was said of it when it was added. */
  mediaType?: string;
  title?: string;
  url?: string;
  /** Its content as bytes, since WebKitGTK keeps no blobs in a database. */
  bytes?: ArrayBuffer;
  /** Its name in the private file system. */
  file?: string;
}

/** What a change of the documents says of the file; the rest is the database's business. */
export type NewOriginal = Omit<Original, "version" | "serial">;

/** @throws QwenAgentError `storage.newer` */
export function checkVersion(record: { version: number } | undefined): void {
  if (record && record.version > RECORD_VERSION) throw newer();
}

export function newer(cause?: unknown): Error {
  return fail("storage.newer", "a newer version of this page has stored the documents; reload the page to get it. They are left as they are", cause);
}

export function partOf(number: number, documents: StoredDocument[], bytes: Uint8Array): Part {
  return { version: RECORD_VERSION, number, documents, ids: liveIds(documents), size: bytes.byteLength };
}

export function liveIds(documents: readonly StoredDocument[]): string[] {
  return documents.filter(({ removed }) => !removed).map(({ id }) => id);
}
