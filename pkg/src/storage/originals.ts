/**
 * The files as they were added, in the browser's private file system (OPFS).
 *
 * A file gets a name of its own, is written before the record that names it, and deleted after
 * that record; files that no record names are swept away when a library is opened.
 */

const FOLDER = "qwen-agent-wasm";
/** Of a file at a time in memory. */
const SLICE_BYTES = 4 << 20;

export interface Originals {
  /** Gives the name of the file. */
  write(blob: Blob): Promise<string>;
  read(file: string): Promise<File>;
  /** Deletes it if it is there. */
  drop(file: string | undefined): Promise<void>;
  /** Deletes all but these. */
  sweep(kept: ReadonlySet<string>): Promise<void>;
}

/** What TypeScript knows in workers only. */
interface SyncHandle {
  createSyncAccessHandle?(): Promise<{ write(bytes: ArrayBuffer, options: { at: number }): number; flush(): void; close(): void }>;
}

/** Rejects where there is no such file system. */
export async function originalsIn(name: string): Promise<Originals> {
  const top = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
  const folder = await top.getDirectoryHandle(encodeURIComponent(name), { create: true });
  const drop = async (file: string | undefined): Promise<void> => {
    // It may be gone, or still be read somewhere: then the next sweep finds it.
    if (file !== undefined) await folder.removeEntry(file).catch(() => {});
  };
  return {
    drop,
    async write(blob) {
      const file = crypto.randomUUID();
      try {
        await writeTo(await folder.getFileHandle(file, { create: true }), blob);
      } catch (error) {
        await drop(file);
        throw error;
      }
      return file;
    },
    read: async (file) => (await folder.getFileHandle(file)).getFile(),
    async sweep(kept) {
      const { keys } = folder as unknown as { keys(): AsyncIterable<string> };
      for await (const file of keys.call(folder)) if (!kept.has(file)) await drop(file);
    },
  };
}

async function writeTo(file: FileSystemFileHandle & SyncHandle, blob: Blob): Promise<void> {
  // In workers only, and the one way in older Safaris; in a page the stream is the one way.
  if (!file.createSyncAccessHandle) return blob.stream().pipeTo(await file.createWritable());
  const open = await file.createSyncAccessHandle();
  try {
    for (let at = 0; at < blob.size; at += SLICE_BYTES) {
      const slice = await blob.slice(at, at + SLICE_BYTES).arrayBuffer();
      // Without room, Chromium writes what fits, does not throw, and gives a number of no meaning.
      if (open.write(slice, { at }) !== slice.byteLength) throw new DOMException("a part was not written", "QuotaExceededError");
    }
    open.flush();
  } finally {
    open.close();
  }
}
