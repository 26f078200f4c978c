// Index files of somebody who knows the format: every checksum is right, and nothing else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { HANDBOOK, LEASE, requireBuilt } from "../test-support/built.mjs";
import { forged, replaced, sectionsOf } from "../test-support/forge.mjs";
import { bytes, rejectsWith } from "../test-support/helpers.mjs";

const open = new Set();
let createAssistant;
let passageUrl;
let file;
/** As long as each other, to take each other's place. */
const ADDRESS = "https://example.org/lease/of-a-flat";
const SCRIPT = "javascript:alert(document.domain)//";

before(async () => {
  requireBuilt();
  ({ createAssistant, passageUrl } = await import("../dist/index.js"));
  const qa = await assistant();
  await qa.documents.add({ name: "lease.md", title: "A lease of no malice", url: ADDRESS, bytes: bytes(LEASE) }).done;
  await qa.documents.add({ name: "handbook.md", bytes: bytes(HANDBOOK) }).done;
  file = new Uint8Array(await qa.library.export());
});
after(async () => {
  for (const qa of open) await qa.dispose();
});

async function assistant() {
  const qa = await createAssistant();
  open.add(qa);
  return qa;
}

/** What came of a file: that it was refused, or that everything was asked of it. */
async function use(qa, content) {
  try {
    await qa.library.import(content);
    for (const { id, pages } of await qa.documents.list()) {
      await qa.documents.chunks(id);
      for (let page = 1; page <= Math.min(pages, 3); page++) await qa.documents.page(id, page);
    }
    for (const query of ["notice period", "office cafeteria", "crocodiles dog"]) await qa.search(query, { why: true });
    await qa.library.export();
    return "used";
  } catch ({ code }) {
    return code;
  }
}

test("a forged file has the checksums of an honest one", async () => {
  assert.deepEqual(forged(file, () => {}), file);
});

test("huge counts and lengths in a forged index are refused, and the library before it stays", async () => {
  const qa = await assistant();
  await qa.documents.add({ name: "kept.md", bytes: bytes("The wombat digs.") }).done;
  const head = (offset, value) => forged(file, (content) => new DataView(content.buffer).setBigUint64(offset, value, true));
  const wrong = [[12, 0xffffffffn], [12, 0n], ...[8, 16].flatMap((field) => sectionsOf(file).flatMap(({ at }) => [[at + field, 0xffffffffffffffffn], [at + field, 0x7fffffffffffffffn], [at + field, 1n << 40n]]))];
  for (const [offset, value] of wrong) {
    await rejectsWith(qa.library.import(head(offset, value)), "index.damaged");
  }
  assert.deepEqual((await qa.documents.list()).map(({ id }) => id), ["kept.md"]);
});

test("whatever numbers a forged index holds, it is refused or used, and the worker lives", { timeout: 120_000 }, async () => {
  let restarts = 0;
  const qa = await assistant();
  qa.addEventListener("restart", () => (restarts += 1));
  const outcomes = new Map();
  const tell = async (what, content) => {
    const outcome = await use(qa, content);
    assert.match(outcome, /^(used|index\.damaged)$/, what);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  };
  for (const { kind, offset, length } of sectionsOf(file)) {
    // All places of short sections, and some of long ones.
    const step = Math.max(4, Math.floor(length / 10 / 4) * 4);
    for (let at = 0; at + 4 <= length; at += step) {
      for (const value of [0xffffffff, 0x7fffffff, 0]) {
        await tell(`section ${kind}, byte ${at}: ${value}`, forged(file, (content) => new DataView(content.buffer).setUint32(offset + at, value, true)));
      }
    }
  }
  assert.equal(restarts, 0);
  assert.ok(outcomes.get("index.damaged") > 20, JSON.stringify([...outcomes]));
});

test("addresses that are scripts lead nowhere, and markup in titles is a title", async () => {
  const qa = await assistant();
  await qa.library.import(replaced(replaced(file, ADDRESS, SCRIPT), "A lease of no malice", "<img src=x onerror=>"));
  const info = (await qa.documents.list()).find(({ id }) => id === "lease.md");
  assert.equal(info.title, "<img src=x onerror=>");
  const [hit] = await qa.search("crocodiles");
  assert.equal(passageUrl(hit), undefined);
  const { citations } = await qa.ask("What is the notice period?").result;
  const cited = citations.filter(({ documentId }) => documentId === "lease.md");
  assert.ok(cited.length > 0);
  for (const citation of cited) assert.equal(passageUrl(citation), undefined);
});
