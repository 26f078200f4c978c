// `library.open()` with the real wasm, in a worker, against a server of ranges.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createAssistant } from "../dist/index.js";
import { startServer } from "../../tests/endpoint/server.mjs";
import { requireBuilt } from "../test-support/built.mjs";
import { serveRanges } from "../test-support/range-server.mjs";

const words = Array.from({ length: 4000 }, (_, index) => `w${(index * 7919).toString(36)}`);

/** A text of its own for each number: words of a long list, the rare ones rarely. */
function textOf(number) {
  let seed = number * 2654435761 + 1;
  const next = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  const sentence = () => `${Array.from({ length: 12 }, () => words[Math.floor(next() ** 3 * words.length)]).join(" ")}.`;
  return Array.from({ length: 70 }, sentence).join(" ");
}

let whole;
let file;

before(async () => {
  requireBuilt();
  whole = await createAssistant();
  const add = (id, text) => whole.documents.add({ id, name: `${id}.txt`, title: `Page ${id}`, url: `https://example.org/${id}`, bytes: new TextEncoder().encode(text) }).done;
  for (let number = 0; number < 300; number++) await add(`p${number}`, textOf(number));
  await add("wombat", "The wombat digs a burrow.\n\nIt is as long as a bus.");
  file = await whole.library.export();
  assert.ok(file.length > 2 << 20, `${file.length}`);
});
after(() => whole?.dispose());

/** An assistant with the index open, and the server of it. */
async function open(t, how, bytes = file) {
  const server = await serveRanges(bytes, how);
  const qa = await createAssistant();
  t.after(async () => {
    await qa.dispose();
    await server.stop();
  });
  const documents = await qa.library.open(server.url);
  return { qa, server, documents };
}

const QUERIES = [textOf(7).slice(0, 60), textOf(200).slice(300, 330), "wombat burrow", `${words[3]} ${words[900]}?`, "nothing here"];

test("what is listed, found and shown is what the whole file has, and a small part is loaded", async (t) => {
  const { qa, server, documents } = await open(t);
  assert.deepEqual(documents, await whole.documents.list());
  const opening = server.state.sent;
  assert.deepEqual(await qa.search("wombat burrow", { limit: 3, why: true }), await whole.search("wombat burrow", { limit: 3, why: true }));
  assert.ok(server.state.sent - opening < file.length / 8, `${server.state.sent - opening} of ${file.length}`);
  for (const query of QUERIES) {
    const documents = ["p1", "p7", "p200", "wombat"];
    assert.deepEqual(await qa.search(query), await whole.search(query), query);
    assert.deepEqual(await qa.search(query, { documents }), await whole.search(query, { documents }), query);
  }
  assert.ok(server.state.sent < file.length, `${server.state.sent} of ${file.length}`);
  assert.deepEqual(await qa.documents.page("p250", 1), await whole.documents.page("p250", 1));
  assert.deepEqual(await qa.documents.chunks("p251"), await whole.documents.chunks("p251"));
  assert.deepEqual(await qa.documents.rects("p252", { page: 1, start: 0, end: 9 }), []);
  assert.equal(await qa.documents.page("none", 1), undefined);
  const { requests } = server.state;
  const before = requests.length;
  await qa.search("wombat burrow");
  assert.equal(requests.length, before, "what is there is not fetched again");
});

test("questions are answered as over the whole file, at the levels that search and that read", async (t) => {
  const { qa, server } = await open(t);
  const quoted = await qa.ask("How long is the burrow of the wombat?").result;
  assert.deepEqual(quoted, await whole.ask("How long is the burrow of the wombat?").result);
  assert.equal(quoted.citations[0].url, "https://example.org/wombat");
  assert.ok(server.state.sent < file.length / 2);
  const model = await startServer();
  t.after(() => model.stop());
  const endpoint = { baseURL: model.baseURL, model: "qwen-scripted" };
  for (const options of [{ level: "retrieve" }, { level: "auto" }, { level: "read", documents: ["wombat", "p3"] }]) {
    const [mine, theirs] = [await qa.ask("What digs a burrow?", { endpoint, ...options }).result, await whole.ask("What digs a burrow?", { endpoint, ...options }).result];
    assert.equal(mine.text, theirs.text, options.level);
    assert.deepEqual(mine.citations, theirs.citations, options.level);
    assert.equal(mine.strategy, theirs.strategy);
  }
  const cost = { level: "read", endpoint };
  assert.deepEqual(await qa.estimate("Why?", cost), await whole.estimate("Why?", cost));
});

test("own documents stand beside it; changing one of its own loads the rest", async (t) => {
  const { qa, server } = await open(t);
  await qa.documents.add({ name: "mine.txt", bytes: new TextEncoder().encode("My wombat sleeps.") }).done;
  assert.deepEqual((await qa.search("wombat")).map(({ documentId }) => documentId).sort(), ["mine.txt", "wombat"]);
  assert.ok(!server.state.requests.includes("all"));
  assert.equal(await qa.documents.remove("wombat"), true);
  assert.ok(server.state.requests.includes("all"));
  assert.deepEqual((await qa.search("wombat")).map(({ documentId }) => documentId), ["mine.txt"]);
  await qa.library.close();
  assert.deepEqual((await qa.documents.list()).map(({ id }) => id), ["mine.txt"]);
  await qa.library.open(server.url);
  await qa.documents.add({ id: "wombat", name: "w.txt", bytes: new TextEncoder().encode("Another wombat.") }).done;
  assert.deepEqual((await qa.search("burrow")).map(({ documentId }) => documentId), []);
  await qa.library.import(file);
  assert.deepEqual(await qa.documents.list(), await whole.documents.list());
});

test("exporting gives all of it", async (t) => {
  const { qa } = await open(t);
  assert.deepEqual(await qa.library.export(), file);
});

test("servers without ranges, and those that compress, give the whole file", async (t) => {
  for (const how of ["none", "gzip"]) {
    const { qa, server } = await open(t, how);
    assert.deepEqual(await qa.search("wombat burrow"), await whole.search("wombat burrow"), how);
    assert.ok(server.state.requests.length <= 2, how);
  }
});

test("a small file is loaded at once", async (t) => {
  const few = await createAssistant();
  t.after(() => few.dispose());
  await few.documents.add({ name: "a.txt", bytes: new TextEncoder().encode("The koala sleeps.") }).done;
  const { qa, server } = await open(t, "ranges", await few.library.export());
  assert.deepEqual(await qa.search("koala"), await few.search("koala"));
  assert.ok(server.state.requests.length <= 2);
});

test("a file that was changed is told, and can be opened again", async (t) => {
  const { qa, server } = await open(t);
  server.state.etag = '"2"';
  await assert.rejects(qa.search("wombat burrow"), (error) => error.code === "index.changed" && error.retryable);
  await assert.rejects(qa.ask("wombat burrow").result, { code: "index.changed" });
  await qa.library.open(server.url);
  assert.equal((await qa.search("wombat burrow"))[0].documentId, "wombat");
});

test("bytes that are not the file's are told, whatever the server says of them", async (t) => {
  const { qa, server } = await open(t);
  server.state.file = server.state.file.map((byte, at) => (at > file.length / 4 ? byte ^ 1 : byte));
  await assert.rejects(qa.search("wombat burrow"), { code: "index.damaged" });
});

test("what cannot be fetched is told with its reason, and may be tried again", async (t) => {
  const { qa, server } = await open(t);
  server.state.failNext = 1;
  await assert.rejects(qa.search("wombat burrow"), (error) => error.code === "index.fetch" && error.retryable && /503/.test(error.message));
  assert.equal((await qa.search("wombat burrow"))[0].documentId, "wombat");
  await server.stop();
  await assert.rejects(qa.search(textOf(99).slice(0, 50)), { code: "index.fetch" });
  await assert.rejects(qa.library.open(server.url), { code: "index.fetch" });
  await assert.rejects(qa.library.open("nowhere"), { code: "usage" });
  await assert.rejects(qa.library.open(server.url, { signal: AbortSignal.abort() }), { code: "aborted" });
});
