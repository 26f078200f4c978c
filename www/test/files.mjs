// Files that go wrong, made on the spot so that no binary has to be kept.
// Nothing here may touch the page.

import { readFile } from "node:fs/promises";

export const zeros = { name: "zeros.pdf", bytes: Buffer.alloc(8192) };
export const empty = { name: "empty.txt", bytes: Buffer.alloc(0) };

/** A Chinese text about borrowing books in the encoding GB18030. */
export const gb18030 = {
  name: "gb18030.txt",
  bytes: Buffer.from(
    [
      "x+DKr8nnx/jNvMrpud21xL3o1MS55tTyyOfPwqGjw7/Vxb3oyunWpNfutuC/yb3osMuy4c28yuksvejG2s6qyP3KrszsoaO5pL7f",
      "yum6zbWxxtqxqL+v1ru5qbndxNrUxMDALLK7zeK96KGjzbzK6dPixtq56bu5tcQsw7+y4cO/zOzK1cih0ru9x8euoaO77ravytK/",
      "ydLUyN3EycvEyq7IyyzKudPD1d/Q68zhx7DKrszsyerH66GjCg==",
    ].join(""),
    "base64",
  ),
};

/** The first part of a real PDF, as after a broken download. */
export async function truncated(path) {
  const whole = await readFile(path);
  return { name: "truncated.pdf", bytes: whole.subarray(0, Math.floor(whole.length * 0.4)) };
}
