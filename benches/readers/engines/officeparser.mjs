// officeparser: the plain text of office files, with notes, without grids drawn of characters.

import { parseOffice } from "officeparser";
import { versionOf } from "./version.mjs";

const AS_TEXT = { includeImages: false, textConfig: { preserveLayout: false } };

export async function open() {
  return {
    version: await versionOf("officeparser"),
    read: async (bytes) => {
      const document = await parseOffice(Buffer.from(bytes.buffer));
      return { text: (await document.to("text", AS_TEXT)).value };
    },
  };
}
