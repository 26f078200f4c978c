// The built package in Node, with the real wasm, against the scripted endpoint.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { after, before, beforeEach, test } from "node:test";
import { promisify } from "node:util";
import { startServer } from "../../tests/endpoint/server.mjs";
import { HANDBOOK, LEASE, pdf, requireBuilt, root, windows1251 } from "../test-support/built.mjs";
import { bytes, collect, later, rejectsWith } from "../test-support/helpers.mjs";

const execute = promisify(execFile);
const open = new Set();
let server;

before(async () => {
  requireBuilt();
  server = await startServer();
});
beforeEach(() => {
  server.state.log.length = 0;
  server.state.faults.length = 0;
  Object.assign(server.state.settings, { ttftMs: 0, perTokenMs: 0 });
});
after(async () => {
  for (const qa of open) await qa.dispose();
  await server?.stop();
});

async function assistant(options = {}) {
  const { createAssistant } = await import("../dist/index.js");
  const qa = await createAssistant(options);
  open.add(qa);
  return qa;
}

async function withLease(options = {}) {
  const qa = await assistant(options);
  await qa.documents.add({ name: "lease.md", bytes: bytes(LEASE) }).done;
  await qa.documents.add({ name: "handbook.md", bytes: bytes(HANDBOOK) }).done;
  return qa;
}

const endpoint = () => ({ baseURL: server.baseURL, model: "qwen-scripted" });

/** Every citation must stand where it says. */
async function checkCitations(qa, { text, citations }) {
  for (const { marker, at, documentId, page, start, end, quote } of citations) {
    assert.equal(text.slice(at.start, at.end), `[${marker}]`);
    const { text: pageText } = await qa.documents.page(documentId, page);
    assert.equal(pageText.slice(start, end), quote);
  }
}

test("documents are added, listed, searched, shown and removed", async () => {
  const qa = await withLease();
  const list = await qa.documents.list();
  assert.deepEqual(list.map(({ id }) => id).sort(), ["handbook.md", "lease.md"]);
  const lease = list.find(({ id }) => id === "lease.md");
  assert.ok(lease.pages >= 1 && lease.chunks >= 1 && lease.tokens > 0 && lease.characters > 0);
  assert.ok(Array.isArray(lease.warnings));
  const [hit] = await qa.search("crocodiles", { limit: 3 });
  assert.equal(hit.documentId, "lease.md");
  assert.equal(hit.why, undefined);
  const [{ why, text, score }] = await qa.search("crocodiles", { why: true });
  assert.ok(Math.abs(why.terms.reduce((sum, term) => sum + term.score, 0) - score) < 1e-3 * score);
  assert.deepEqual(why.highlights.map(({ start, end }) => text.slice(start, end)), ["Crocodiles"]);
  const page = await qa.documents.page(hit.documentId, hit.page);
  assert.match(page.text.slice(hit.start, hit.end), /Crocodiles/);
  for (const { start, end, kind } of page.blocks) assert.ok(start <= end && end <= page.text.length && typeof kind === "string");
  const chunks = await qa.documents.chunks("lease.md");
  assert.equal(chunks.length, lease.chunks);
  assert.equal(await qa.documents.page("lease.md", 99), undefined);
  assert.deepEqual(await qa.search("crocodiles", { documents: ["handbook.md"] }), []);
  assert.equal(await qa.documents.remove("lease.md"), true);
  assert.deepEqual(await qa.search("crocodiles"), []);
});

test("without an endpoint the answer is extractive, cited, and needs no network", async () => {
  const qa = await withLease();
  const run = qa.ask("How long is the notice period?");
  const events = await collect(run);
  const answer = await run.result;
  assert.equal(events.at(-1).type, "finish");
  assert.equal(answer.extractive, true);
  assert.match(answer.text, /three months/);
  assert.ok(answer.citations.length > 0);
  await checkCitations(qa, answer);
  assert.equal(answer.usage.requests, 0);
});

for (const level of ["auto", "retrieve", "read"]) {
  test(`level ${level}: the streamed answer is the result, cited and verified`, async () => {
    const qa = await withLease({ endpoint: endpoint(), level });
    const run = qa.ask("How long is the notice period?");
    const events = await collect(run);
    const answer = await run.result;
    assert.equal(answer.extractive, false);
    assert.match(answer.text, /notice period is three months/);
    assert.equal(events.filter(({ type }) => type === "text").map(({ text }) => text).join(""), answer.text);
    assert.ok(answer.citations.some(({ verified, documentId }) => verified && documentId === "lease.md"));
    await checkCitations(qa, answer);
    assert.equal(answer.usage.requests, server.state.log.length);
    if (level === "read") assert.ok(events.some(({ type }) => type === "chunk-read"));
  });
}

test("a picture goes with the question, and a question alone is text", async () => {
  const qa = await assistant({ endpoint: { ...endpoint(), model: "qwen-vl-plus" }, level: "chat" });
  const images = ["data:image/png;base64,AAAA"];
  await qa.ask("What is this?", { images }).result;
  await qa.ask("And this?").result;
  const [seen, told] = server.state.log.filter(({ body }) => body).map(({ body }) => body.messages.at(-1).content);
  assert.deepEqual(seen, [{ type: "image_url", image_url: { url: images[0] } }, { type: "text", text: "What is this?" }]);
  assert.equal(told, "And this?");
});

test("tokens are counted as Qwen counts them", async () => {
  const qa = await assistant();
  assert.deepEqual(await qa.countTokens("Notice is three months."), { tokens: 5, exact: true });
  // Composed before it is counted, as the reference does.
  assert.deepEqual(await qa.countTokens("e\u0301t\u00e9"), await qa.countTokens("\u00e9t\u00e9"));
});

test("a PDF and text in a legacy encoding go through the readers", async () => {
  const qa = await assistant();
  const info = await qa.documents.add({ name: "two.pdf", bytes: pdf(["The walrus sleeps on the first page.", "The narwhal sings on the second page."]) }).done;
  assert.equal(info.pages, 2);
  const [{ documentId, spans }] = await qa.search("narwhal");
  const places = spans.map(async ({ page, start, end }) => (await qa.documents.page(documentId, page)).text.slice(start, end));
  assert.match((await Promise.all(places)).join("\n"), /The narwhal sings on the second page/);
  assert.match((await qa.documents.page("two.pdf", 2)).text, /narwhal/);
  await qa.documents.add({ name: "letter.txt", bytes: windows1251("Договор заключен на три года. Арендатор обязан платить вовремя.") }).done;
  assert.equal((await qa.search("арендатор"))[0].documentId, "letter.txt");
});

// The native tests hold the same pair to the tables of the crate; here the host composes.
test("letters and accents are composed as the native reader does it", async () => {
  const qa = await assistant();
  const input = (name) => readFile(new URL(`../../tests/inputs/txt/${name}`, import.meta.url));
  await qa.documents.add({ name: "decomposed.txt", bytes: await input("decomposed.txt") }).done;
  const { text } = await qa.documents.page("decomposed.txt", 1);
  assert.equal(text, (await input("decomposed.txt.truth.txt")).toString().trim());
});

test("a Japanese PDF without Unicode of its own is read by the character maps", async () => {
  const qa = await assistant();
  const bytes = await readFile(new URL("../../tests/inputs/pdf/vertical-ja.pdf", import.meta.url));
  const { warnings } = await qa.documents.add({ name: "vertical-ja.pdf", bytes }).done;
  const [first] = await qa.documents.rects("vertical-ja.pdf", { page: 1, start: 0, end: 3 });
  assert.ok(first.page === 1 && first.width > 0 && first.height > 0, JSON.stringify(first));
  assert.equal(await qa.documents.rects("vertical-ja.pdf", { page: 99, start: 0, end: 3 }), undefined);
  assert.deepEqual(warnings, []);
  assert.match((await qa.documents.page("vertical-ja.pdf", 1)).text, /[\u3041-\u3096]/);
});

test("what cannot be read says why, and leaves nothing", async () => {
  const qa = await assistant();
  await rejectsWith(qa.documents.add({ name: "empty.txt", bytes: bytes("") }).done, "read.empty");
  await rejectsWith(qa.documents.add({ name: "broken.pdf", bytes: bytes("%PDF-1.4\nthis is no PDF") }).done, "read.damaged");
  await rejectsWith(qa.documents.add({ name: "picture.png", bytes: Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13) }).done, "read.unsupported");
  assert.deepEqual(await qa.documents.list(), []);
});

test("a library is the same after export and import, and the same bytes", async () => {
  const qa = await withLease();
  const exported = await qa.library.export();
  const other = await assistant();
  await other.library.import(new Blob([exported]));
  assert.deepEqual(await other.documents.list(), await qa.documents.list());
  assert.deepEqual(await other.search("notice"), await qa.search("notice"));
  assert.deepEqual(Buffer.from(await other.library.export()), Buffer.from(exported));
  await rejectsWith(other.library.import(bytes("no index")), "index.foreign");
  assert.equal((await other.documents.list()).length, 2);
});

test("aborting closes the connection", async () => {
  server.state.settings.perTokenMs = 50;
  const qa = await withLease({ endpoint: endpoint(), level: "retrieve" });
  const run = qa.ask("How long is the notice period?");
  for await (const { type } of run) if (type === "text") break;
  await rejectsWith(run.result, "aborted");
  for (let i = 0; i < 100 && !server.state.log.at(-1).aborted; i++) await later(10);
  assert.equal(server.state.log.at(-1).aborted, true);
});

test("keys are sent as they should be, by key or by function", async () => {
  const qa = await withLease({ level: "retrieve" });
  await qa.ask("notice period", { endpoint: endpoint() }).result;
  assert.ok(server.state.log.every(({ authorization }) => !authorization));
  for (const more of [{ apiKey: "sk-secret" }, { headers: async () => ({ Authorization: "Bearer sk-secret" }) }, { headers: { Authorization: "Bearer sk-secret" } }]) {
    server.state.log.length = 0;
    await qa.ask("notice period", { endpoint: { ...endpoint(), ...more } }).result;
    assert.ok(server.state.log.length > 0 && server.state.log.every(({ authorization }) => authorization));
  }
});

test("a headers function that fails is the cause, and its message stays in the page", async () => {
  const failing = new Error("sk-secret was refused");
  const qa = await withLease({ level: "retrieve", endpoint: { ...endpoint(), headers: async () => Promise.reject(failing) } });
  await assert.rejects(qa.ask("How long is the notice period?").result, (error) => {
    assert.equal(error.code, "llm.bad_request");
    assert.equal(error.cause, failing);
    return !error.message.includes("sk-secret");
  });
  assert.equal(server.state.log.length, 0);
});

test("a refused key, a lost server and a broken stream have their codes", async () => {
  const qa = await withLease({ endpoint: endpoint(), level: "retrieve" });
  server.state.faults.push(...Array(4).fill("401"));
  await rejectsWith(qa.ask("How long is the notice period?", { endpoint: { ...endpoint(), apiKey: "sk-secret" } }).result, "llm.unauthorized");
  server.state.faults.length = 0;
  for (const [fault, code] of [["cut_mid", "llm.cors_or_network"], ["no_finish", "llm.incomplete"]]) {
    server.state.faults.push({ fault, kind: "answer" });
    await assert.rejects(qa.ask("How long is the notice period?").result, (error) => {
      assert.equal(error.code, code);
      assert.ok(error.partialText?.length > 0, `${fault} leaves no partial text`);
      return true;
    });
  }
  await server.stop();
  await rejectsWith(qa.ask("How long is the notice period?").result, "llm.cors_or_network");
  server = await startServer();
});

test("a rate limit is waited for and told", async () => {
  const qa = await withLease({ endpoint: endpoint(), level: "retrieve" });
  server.state.faults.push({ fault: "429_retry_after", kind: "answer" });
  const events = await collect(qa.ask("How long is the notice period?"));
  assert.ok(events.some(({ type }) => type === "retry"));
  assert.equal(events.at(-1).type, "finish");
});

test("questions that cannot be answered are told apart", async () => {
  const qa = await assistant();
  await rejectsWith(qa.ask("Anybody there?").result, "agent.no_documents");
  await rejectsWith((await withLease()).ask("  ").result, "agent.empty_question");
});

test("the host in the page does the same as a worker", async () => {
  const qa = await withLease({ worker: false });
  assert.equal((await qa.search("crocodiles"))[0].documentId, "lease.md");
  assert.match((await qa.ask("How long is the notice period?").result).text, /three months/);
});

test("a script that does not dispose ends by itself", async () => {
  const script = `
    import { createAssistant } from ${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)};
    const qa = await createAssistant();
    await qa.documents.add({ name: "a.txt", bytes: new TextEncoder().encode("a wombat") }).done;
    console.log((await qa.search("wombat")).length);`;
  const { stdout } = await execute(process.execPath, ["--input-type=module", "-e", script], { timeout: 20_000 });
  assert.equal(stdout, "1\n");
});

test("the manifest names files that exist, and npm packs them", async () => {
  const manifest = JSON.parse(await readFile(`${root}package.json`, "utf8"));
  const named = Object.values(manifest.exports).flatMap((entry) => (typeof entry === "string" ? [entry] : Object.values(entry)));
  for (const file of [...named, manifest.main, manifest.types, ...Object.values(manifest.bin)]) assert.ok(existsSync(root + file), file);
  const { stdout } = await execute("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: root });
  const packed = new Set(JSON.parse(stdout)[0].files.map(({ path }) => path));
  for (const file of named) assert.ok(packed.has(file.replace("./", "")), file);
  for (const file of packed) assert.ok(/^(dist\/|(\w+\/)?package\.json|README|LICENSE)/.test(file), file);
});
