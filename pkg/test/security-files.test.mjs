// Files that attack whoever reads them, through the package with its real readers: what they ask
// for is not fetched, what they unpack to is bounded, and circles end.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { crc32 as crcOf, deflateRawSync } from "node:zlib";
import { pdf, requireBuilt } from "../test-support/built.mjs";
import { bytes } from "../test-support/helpers.mjs";

let qa;

before(async () => {
  requireBuilt();
  const { createAssistant } = await import("../dist/index.js");
  qa = await createAssistant();
});
after(() => qa?.dispose());

/** Readers do not look at it, but a file should be right in all that it is not wrong in. */
function crc32(data) {
  if (crcOf) return crcOf(data);
  let sum = ~0;
  for (const byte of data) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return ~sum >>> 0;
}

/** A zip file of names and contents. */
function zip(parts) {
  const [heads, directory] = [[], []];
  let at = 0;
  for (const [name, content] of parts) {
    const [raw, path] = [Buffer.from(content), Buffer.from(name, "latin1")];
    const packed = deflateRawSync(raw);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(raw), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(raw.length, 18);
    fields.writeUInt16LE(path.length, 22);
    const head = Buffer.concat([Buffer.from("PK\x03\x04"), fields, path, packed]);
    const entry = Buffer.alloc(16);
    entry.writeUInt32LE(at, 12);
    directory.push(Buffer.from("PK\x01\x02\x14\x00"), fields, entry.subarray(2), path);
    heads.push(head);
    at += head.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(parts.length, 4);
  end.writeUInt16LE(parts.length, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...heads, list, Buffer.from("PK\x05\x06"), end]);
}

const document = (body, doctype = "") => `<?xml version="1.0"?>${doctype}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>${body}</w:t></w:r></w:p></w:body></w:document>`;
const docx = (xml, more = []) => zip([["[Content_Types].xml", "<Types/>"], ["word/document.xml", xml], ...more]);

/** The text of all pages, and the codes of warnings; or the code of the error. */
async function read(name, content) {
  try {
    const { id, pages, warnings } = await qa.documents.add({ name, bytes: content }).done;
    const texts = [];
    for (let page = 1; page <= Math.min(pages, 20); page++) texts.push((await qa.documents.page(id, page)).text);
    await qa.documents.remove(id);
    return { text: texts.join("\n"), warnings: warnings.map(({ code }) => code) };
  } catch ({ code }) {
    return { code };
  }
}

test("a zip file made here is read", async () => {
  assert.deepEqual(await read("fine.docx", docx(document("The wombat digs."))), { text: "The wombat digs.", warnings: [] });
});

test("entities fetch nothing, read no file and do not grow", async (t) => {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.end("fetched");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const origin = `http://127.0.0.1:${server.address().port}`;
  const doctypes = [
    '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>', `<!DOCTYPE d [<!ENTITY x SYSTEM "${origin}/x">]>`, `<!DOCTYPE d SYSTEM "${origin}/x.dtd">`, `<!DOCTYPE d [<!ENTITY % p SYSTEM "${origin}/p"> %p; <!ENTITY x "a">]>`,
    `<!DOCTYPE d [${Array.from({ length: 30 }, (_, n) => `<!ENTITY l${n + 1} "&l${n};&l${n};">`).join("")}<!ENTITY l0 "ha"><!ENTITY x "&l30;">]>`, '<!DOCTYPE d [<!ENTITY x "&x;">]>',
  ];
  for (const doctype of doctypes) {
    const { text, code } = await read("entities.docx", docx(document("before &x; after", doctype)));
    if (code === undefined) assert.match(text, /^before\s+after$/, doctype);
    else assert.equal(code, "read.damaged", doctype);
  }
  await read("page.html", bytes(`<html><head><link rel=stylesheet href="${origin}/a.css"><script src="${origin}/b.js"></script><meta http-equiv=refresh content="0;url=${origin}/c"></head><body><p>Some text of a page.</p><img src="${origin}/d.png"><iframe src="${origin}/e"></iframe></body></html>`));
  await read("page.md", bytes(`# Title\n\n![picture](${origin}/f.png) and some text of a page.`));
  assert.deepEqual(asked, []);
});

test("a part that unpacks to gigabytes is cut, and told", { timeout: 120_000 }, async () => {
  const huge = document("a ".repeat(150 << 20 >> 1));
  const file = docx(huge);
  assert.ok(huge.length > 400 * file.length);
  const { text = "", warnings = [], code } = await read("bomb.docx", file);
  assert.ok(code === "read.too_large" || warnings.includes("file.limit"), `${code} ${warnings}`);
  assert.ok(text.length < 50 << 20, `${text.length} characters`);
});

test("names in a zip file lead nowhere, whatever they are", async () => {
  const names = ["../../../etc/passwd", "/etc/passwd", "C:\\Windows\\win.ini", "word/\0document.xml", "word/../word/document.xml", "\0", "__proto__", "constructor", "con", "a".repeat(60_000), "./word/document.xml", "\u202egnp.exe"];
  const evil = document("The names were followed.");
  const { text } = await read("names.docx", docx(document("The wombat digs."), names.map((name) => [name, evil])));
  assert.equal(text, "The wombat digs.");
  assert.equal({}.text, undefined);
});

/** A PDF of one page with one place of its source changed. */
const changed = (from, to) => Buffer.from(pdf(["The walrus sleeps."]).toString("latin1").replace(from, to), "latin1");

test("circles in a PDF end: pages, forms, lengths, tables of objects, outlines", { timeout: 120_000 }, async () => {
  const circles = {
    "a tree of pages in itself": changed("/Kids [4 0 R]", "/Kids [2 0 R 4 0 R 2 0 R]"),
    "a page that is its own parent": changed("/Parent 2 0 R", "/Parent 4 0 R"),
    "a form in itself": changed("/Font << /F1 3 0 R >>", "/Font << /F1 3 0 R >> /XObject << /X 4 0 R >>"),
    "a length that is its own stream": changed(/\/Length \d+/, "/Length 5 0 R"),
    "contents in themselves": changed("/Contents 5 0 R", "/Contents [5 0 R [5 0 R 4 0 R] 4 0 R]"),
    "a table of objects that follows itself": changed("/Root 1 0 R", "/Root 1 0 R /Prev 9"),
    "an outline in a circle": changed("/Type /Catalog", "/Type /Catalog /Outlines 1 0 R /First 1 0 R /Next 1 0 R /Title (x)"),
    "a font that is its own descendant": changed("/Subtype /Type1", "/Subtype /Type0 /DescendantFonts [3 0 R] /ToUnicode 3 0 R"),
    "names in a circle": changed("/Type /Catalog", "/Type /Catalog /Names 1 0 R /Dests 1 0 R /Kids [1 0 R] /PageLabels 1 0 R /AcroForm 1 0 R /Fields [1 0 R]"),
    "arrays without end": changed("/MediaBox [0 0 612 792]", `/MediaBox ${"[".repeat(50_000)}`),
    "dictionaries without end": changed("/MediaBox [0 0 612 792]", `/MediaBox ${"<</A".repeat(50_000)}`),
  };
  for (const [name, file] of Object.entries(circles)) {
    const { text, code } = await read("circle.pdf", file);
    if (code === undefined) assert.ok(text.length < 1000, name);
    else assert.match(code, /^read\.(damaged|empty)$/, name);
  }
  // The reader is well.
  assert.match((await read("fine.pdf", pdf(["The walrus sleeps."]))).text, /walrus/);
});

test("scripts and actions of a PDF are no text and do nothing", async () => {
  const file = changed("/Type /Catalog", "/Type /Catalog /OpenAction << /S /JavaScript /JS (globalThis.polluted = 1) >> /AA << /WC << /S /Launch /F (calc.exe) >> >>");
  const { text } = await read("script.pdf", file);
  assert.equal(text.trim(), "The walrus sleeps.");
  assert.equal(globalThis.polluted, undefined);
});
