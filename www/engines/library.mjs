// The package without a page around it: each thing that depends on the browser's own doing once,
// in a worker and in the page.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { declaration } from "../test/browser.mjs";
import { repository, until } from "../test/support.mjs";

const DOCX = `${repository}tests/inputs/docx/features.docx`;
const JAPANESE = `${repository}tests/inputs/pdf/vertical-ja.pdf`;
const CHINESE = `${repository}www/public/documents/library-handbook-zh.txt`;

/** Leaves `window.qa` in a fresh page of the site. */
async function openAssistant(visitor, endpoint, options = {}) {
  await visitor.open("/package/");
  return visitor.evaluate(
    async (_page, baseURL, options) => {
      window.trustedTypes?.createPolicy("default", { createScriptURL: (url) => (new URL(url, location.href).origin === location.origin ? url : null) });
      const { createAssistant } = await import("/package/index.js");
      window.qa = await createAssistant({ endpoint: { baseURL, model: "qwen-scripted" }, ...options });
      window.addFile = (name, base64) => qa.documents.add({ name, bytes: Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)) }).done;
    },
    endpoint.baseUrl,
    options,
  );
}

async function add(visitor, name, path) {
  const base64 = (await readFile(path)).toString("base64");
  return visitor.evaluate((_page, name, base64) => window.addFile(name, base64), name, base64);
}

/** The text of the best passage. */
function best(visitor, query) {
  return visitor.evaluate(async (_page, query) => (await window.qa.search(query, { limit: 1 }))[0].text, query);
}

export async function tryLibrary(visitor, endpoint) {
  const { asked } = visitor.site;
  await openAssistant(visitor, endpoint);
  assert.ok(asked.includes("/package/worker.js"), "no worker was started");
  assert.ok(!asked.includes("/package/inpage.js"), "the work was done in the page");
  await readsFormats(visitor);
  await readsJapanese(visitor);
  await countsTokens(visitor);
  await runsPrograms(visitor);
  await streamsAndAborts(visitor, endpoint);
  await readsEverything(visitor, endpoint);
  await movesLibrary(visitor);
  await openAssistant(visitor, endpoint, { worker: false });
  assert.ok(asked.includes("/package/inpage.js"), "the work was not done in the page");
  await readsFormats(visitor);
  await visitor.assertContent();
}

async function readsFormats(visitor) {
  const pdf = await add(visitor, "rights.pdf", declaration.path);
  assert.equal(pdf.pages, declaration.pages);
  assert.match(await best(visitor, "arbitrary arrest detention exile"), /arbitrary arrest, detention or exile/);
  const docx = await add(visitor, "features.docx", DOCX);
  assert.ok(docx.tokens > 0 && docx.chunks > 0, JSON.stringify(docx));
  await add(visitor, "handbook.txt", CHINESE);
  assert.match(await best(visitor, "图书遗失了怎么赔偿?"), /一点五倍赔偿/);
}

/** Its characters are in a patch of the module for PDFs, which is unpacked and applied in the page. */
async function readsJapanese(visitor) {
  const base64 = (await readFile(JAPANESE)).toString("base64");
  const text = await visitor.evaluate(async (_page, base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return (await window.qa.documents.read({ name: "vertical.pdf", bytes })).text;
  }, base64);
  assert.match(text, /日本語/);
  assert.ok(visitor.site.asked.includes("/package/wasm/pdf-cjk.bin"), "the character maps were not needed");
}

/** In a sandbox that is a worker and an interpreter of its own. */
async function runsPrograms(visitor) {
  const content = await visitor.evaluate(async () => {
    const { codeInterpreter, ToolBox } = await import("/package/tools/index.js");
    const reply = await new ToolBox([codeInterpreter()]).call({ id: "1", name: "code_interpreter", arguments: { code: "6 * 7" } });
    return reply.content ?? reply.error.message;
  });
  assert.equal(content, "=> 42");
}

async function countsTokens(visitor) {
  const counted = await visitor.evaluate(() => window.qa.countTokens("Notice is three months."));
  assert.deepEqual(counted, { tokens: 5, exact: true });
}

/** The endpoint stops in the middle of its answer and waits: what is read then has been streamed. */
async function streamsAndAborts(visitor, endpoint) {
  await endpoint.faults({ fault: "stall", kind: "answer" });
  const { text, code } = await visitor.evaluate(async (_page, question) => {
    const run = window.qa.ask(question);
    const failed = run.result.then(() => "none", (error) => error.code);
    for await (const event of run) if (event.type === "text") return (run.abort(), { text: event.text, code: await failed });
  }, declaration.question);
  assert.ok(text.length > 0);
  assert.equal(code, "aborted");
  await until(async () => (await endpoint.log()).at(-1).aborted, "the connection to be closed", 20_000);
  const { streamed, answer } = await visitor.evaluate(async (_page, question) => {
    const run = window.qa.ask(question);
    let streamed = "";
    for await (const event of run) if (event.type === "text") streamed += event.text;
    return { streamed, answer: await run.result };
  }, declaration.question);
  assert.equal(streamed.trim(), answer.text.trim());
  assert.ok(answer.citations.some(({ verified, page }) => verified && page === declaration.page), JSON.stringify(answer.citations));
}

/** Replies are kept in the browser's database: asked again, nothing is read again. */
async function readsEverything(visitor, endpoint) {
  const read = (question) =>
    visitor.evaluate(async (_page, question) => {
      const warnings = [];
      for await (const event of window.qa.ask(question, { level: "read" })) if (event.type === "warning") warnings.push(event.code);
      return warnings;
    }, question);
  const reads = async () => (await endpoint.log()).filter(({ kind }) => kind === "read").length;
  const before = await reads();
  assert.deepEqual(await read(declaration.question), []);
  const first = await reads();
  assert.ok(first > before, "nothing was read");
  assert.deepEqual(await read(declaration.question), []);
  assert.equal(await reads(), first, "what had been read was read again");
}

async function movesLibrary(visitor) {
  const names = await visitor.evaluate(async () => {
    const bytes = await window.qa.library.export();
    for (const { id } of await window.qa.documents.list()) await window.qa.documents.remove(id);
    await window.qa.library.import(new Blob([bytes]));
    const names = (await window.qa.documents.list()).map(({ name, id }) => name ?? id).sort();
    await window.qa.dispose();
    return names;
  });
  assert.equal(names.length, 3, JSON.stringify(names));
}
