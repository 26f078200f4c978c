// Files that go wrong, made on the spot so that no binary has to be kept. Nothing here may be a
// valid PDF that can be read.

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

/** A PDF that asks for a password: its password hashes fit no password. */
export function encrypted() {
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
    `<< /Filter /Standard /V 1 /R 2 /P -4 /O <${"ab".repeat(32)}> /U <${"cd".repeat(32)}> >>`,
  ];
  let text = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = text.length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Encrypt 4 0 R /ID [<00><00>] >>\nstartxref\n${table}\n%%EOF\n`;
  return { name: "encrypted.pdf", bytes: Buffer.from(text, "latin1") };
}
