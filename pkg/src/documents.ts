/**
 * `assistant.documents`: adding with progress, reading, listing, removing, pages and chunks.
 *
 * It joins a source, a call and the journal. Reading itself is the host's business. Files are kept
 * here as long as they are not stored: blobs, which are references.
 */

import { aborted, toQwenAgentError } from "./errors.js";
import { Feed } from "./feed.js";
import type { Link } from "./link.js";
import type { DocumentInfo, DocumentText, Progress } from "./results.js";
import { openSource } from "./source.js";
import type { AddJob, AddOptions, AssistantOptions, DocumentSource, Documents, ReadOptions } from "./types.js";

/** Tells about a change of the library. */
export type OnChange = (change: "added" | "removed", id: string) => void;

/** The files of documents that are in memory only, by id. */
export type Files = Map<string, Blob>;

/** `ocr` is for every document whose own options have none. */
export function documentsOver(link: Link, files: Files, ocr: AssistantOptions["ocr"] | undefined, onChange: OnChange): Documents {
  return {
    add: (source, options = {}) => addJob(link, files, source, ocr ? { ocr, ...options } : options, onChange),
    read: (source, options = {}) => read(link, source, options),
    list: ({ signal } = {}) => link.open("list", {}, { signal }).result,
    async remove(id, { signal } = {}) {
      const removed = await link.open("remove", { id }, { signal, cancelled: "when-answered" }).result;
      link.journal.removed(id);
      files.delete(id);
      if (removed) onChange("removed", id);
      return removed;
    },
    page: (id, page, { signal } = {}) => link.open("page", { id, page }, { signal }).result,
    rects: (id, span, { signal } = {}) => link.open("rects", { id, span }, { signal }).result,
    chunks: (id, { signal } = {}) => link.open("chunks", { id }, { signal }).result,
    original: async (id, { signal } = {}) => files.get(id) ?? link.open("original", { id }, { signal }).result,
  };
}

function addJob(link: Link, files: Files, given: DocumentSource, options: AddOptions, onChange: OnChange): AddJob {
  const controller = new AbortController();
  // Only the newest of a phase is of interest to a slow reader.
  const feed = new Feed<Progress>((last, next) => last.phase === next.phase);
  const stop = (): void => controller.abort(options.signal?.reason);
  if (options.signal?.aborted) stop();
  options.signal?.addEventListener("abort", stop, { once: true });
  controller.signal.addEventListener("abort", () => feed.drop(), { once: true });

  const done = add(link, files, given, options, controller.signal, feed)
    .then((info) => {
      feed.end();
      onChange("added", info.id);
      return info;
    })
    .catch((thrown: unknown) => {
      const error = toQwenAgentError(thrown);
      feed.end(error);
      throw error;
    })
    .finally(() => options.signal?.removeEventListener("abort", stop));
  done.catch(() => {});
  return { done, abort: () => controller.abort(), [Symbol.asyncIterator]: () => feed };
}

async function add(link: Link, files: Files, given: DocumentSource, options: AddOptions, signal: AbortSignal, feed: Feed<Progress>): Promise<DocumentInfo> {
  const push = (progress: Progress): void => {
    if (!signal.aborted) feed.push(progress);
  };
  const { source, blob } = await openSource(given, options, signal, push);
  if (signal.aborted) throw aborted(signal);
  const { ocr } = options;
  const call = link.open("add", { source, blob, callOcr: ocr !== undefined }, {
    signal,
    ...(ocr ? { ocr: async (page: number) => ocr({ page, file: blob, signal }) } : {}),
    cancelled: "when-answered",
    onEvent(progress) {
      push(progress);
      // Progress is only worth the newest state: it never makes the worker wait.
      call.grant(1);
    },
  });
  const info = await call.result;
  link.journal.added(source, blob);
  if (link.kind === "memory") files.set(source.id, blob);
  return info;
}

async function read(link: Link, given: DocumentSource | Uint8Array | ArrayBuffer, options: ReadOptions): Promise<DocumentText> {
  const { signal = new AbortController().signal, password, name, mediaType } = options;
  const bare = given instanceof ArrayBuffer || ArrayBuffer.isView(given) ? new Blob([given as BlobPart]) : given;
  const how = { ...(password === undefined ? {} : { password }), ...(name === undefined ? {} : { name }), ...(mediaType === undefined ? {} : { mediaType }) };
  const { source, blob } = await openSource(bare, how, signal, () => {});
  return link.open("read", { source, blob }, { signal }).result;
}
