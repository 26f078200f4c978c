// mammoth: the raw text of a docx.

import mammoth from "mammoth";
import { versionOf } from "./version.mjs";

export async function open() {
  return {
    version: await versionOf("mammoth"),
    read: async (bytes) => ({ text: (await mammoth.extractRawText({ buffer: Buffer.from(bytes.buffer) })).value }),
  };
}
