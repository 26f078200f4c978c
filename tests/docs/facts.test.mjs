// What the reference says is what the programs do: help texts, events, attributes, costs; and the
// site has a place for every document.
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { addressOf, parts } from "../../docs/site/contents.mjs";
import { createAssistant } from "../../pkg/dist/index.js";
import { QwenAssistantElement } from "../../pkg/dist/widget/index.js";
import { run } from "../../pkg/test-support/built.mjs";
import { startServer } from "../endpoint/server.mjs";
import { blocks, documents, repository, textOf } from "./documents.mjs";

test("the help texts of the command stand in its reference, word for word", async () => {
  const texts = (await blocks()).filter(({ path, title }) => path === "docs/reference/cli.md" && title?.startsWith("qwen-agent"));
  assert.deepEqual(texts.map(({ title }) => title), ["", "inspect ", "index ", "search ", "ask "].map((name) => `qwen-agent ${name}--help`));
  for (const { title, code } of texts) assert.equal(code, (await run(title.split(" ").slice(1))).stdout, title);
});

test("the reference has the events of every level, and no others", async (t) => {
  const server = await startServer({ model: "qwen-plus" });
  t.after(() => server.stop());
  const text = await textOf("docs/reference/events.md");
  const listed = (heading) => new Map([...text.split(heading)[1].split("\n\n## ")[0].matchAll(/^\| (?!---|level|`?type)([^|]+) \| ([^|]+) \|/gm)].map(([, name, what]) => [name.replaceAll("`", ""), what]));
  const { union } = /export type AgentEvent =(?<union>[^]*?);\n\n/.exec(await textOf("pkg/src/results.ts")).groups;
  assert.deepEqual([...listed("## Of a run").keys()].filter((name) => /^[a-z-]+$/.test(name) && !["retrieve", "read", "reason"].includes(name)).sort(), [...union.matchAll(/type: "([a-z-]+)"/g)].map(([, name]) => name).sort());

  const levels = listed("By level:");
  const documents = ["The notice period of the lease is three months.", "The treaty was signed in the old mill."];
  const seenAt = async (level, budget) => {
    const endpoint = level === undefined ? undefined : { baseURL: server.baseURL, model: "qwen-plus" };
    const qa = await createAssistant({ ...(endpoint && { endpoint }), storage: { readings: false } });
    for (const [index, line] of documents.entries()) await qa.documents.add({ name: `${index}.md`, bytes: new TextEncoder().encode(line) }).done;
    const seen = new Set();
    for await (const { type } of qa.ask("How long is the notice period?", { ...(level && { level }), ...budget })) seen.add(type);
    await qa.dispose();
    return seen;
  };
  for (const [name, level] of [["no endpoint", undefined], ["everything in one prompt", "auto"], ["retrieve", "retrieve"], ["read", "read"], ["reason", "reason"]]) {
    const said = new Set([...levels.get(name).matchAll(/`([a-z-]+)`/g)].map(([, type]) => type));
    // Warnings and retries may come at any level; whether a scripted model asks, is its own affair.
    for (const type of await seenAt(level)) assert.ok(said.has(type) || ["warning", "retry"].includes(type), `${name}: ${type} is not in the table`);
    if (level !== "reason") assert.deepEqual([...(await seenAt(level))].filter((type) => said.has(type)).sort(), [...said].sort(), name);
  }
});

test("the widget's attributes are those of its reference", async () => {
  const section = (await textOf("docs/widget.md")).split("## Attributes")[1].split("\n## ")[0];
  const listed = [...section.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(listed.sort(), [...QwenAssistantElement.observedAttributes].sort());
});

test("the parts and custom properties of the widget's reference are those of its source", async () => {
  const section = (await textOf("docs/widget.md")).split("## Looks")[1].split("\n## ")[0];
  const below = await readdir(join(repository, "pkg/src/widget"), { recursive: true });
  const source = (await Promise.all(below.filter((path) => /\.(ts|css)$/.test(path)).map((path) => textOf(`pkg/src/widget/${path}`)))).join("\n");
  const listed = [...section.split("custom property")[0].matchAll(/`([a-z-]+)`/g)].map(([, name]) => name);
  const given = new Set([...source.matchAll(/\bpart: "([a-z -]+)"/g)].flatMap(([, names]) => names.split(" ")));
  assert.deepEqual(listed.sort(), [...given].sort());
  const properties = [...section.matchAll(/`(--qa-[a-z-]+)`/g)].map(([, name]) => name);
  assert.ok(listed.length > 10 && properties.length > 10);
  assert.deepEqual(properties.sort(), [...new Set([...source.matchAll(/var\((--qa-[a-z-]+)/g)].map(([, name]) => name))].sort());
});

test("a question costs what the formula says", async () => {
  const qa = await createAssistant({ endpoint: { baseURL: "https://model.invalid/v1", model: "qwen-plus" }, budget: { contextTokens: 8192 } });
  const book = Array.from({ length: 4000 }, (_, index) => `In the year ${index} the miller wrote down what the river had done to the wheel, and how long it took.`).join("\n\n");
  const { tokens, chunks } = await qa.documents.add({ name: "book.md", bytes: new TextEncoder().encode(book) }).done;
  const estimate = (level, options) => qa.estimate("Who signs?", { level, ...options });
  const [chat, retrieve, read, adaptive, reason] = await Promise.all([estimate("chat"), estimate("retrieve"), estimate("read"), estimate("read", { adaptive: true }), estimate("reason")]);
  const [longest, window] = [1024, 8192 - 1024];
  assert.equal(chat.requests, 1);
  assert.equal(retrieve.requests, 2);
  assert.equal(retrieve.completionTokens, longest + 250);
  assert.equal(read.requests, chunks + 1);
  assert.equal(read.completionTokens, longest + 40 * chunks);
  // What is left of the formula is the instructions around each chunk, which are the same.
  const around = (read.promptTokens - tokens - window) / chunks;
  assert.ok(Number.isInteger(around) && around > 100 && around < 500, `${around}`);
  assert.deepEqual({ ...adaptive, atMost: false }, read);
  assert.equal(adaptive.atMost && reason.atMost, true);
  assert.equal(reason.requests, 2000);
  assert.equal(reason.completionTokens, 40 * (2000 - 12) + 12 * longest);
  await qa.dispose();
});

test("every document has its place on the site, and every place its document", async () => {
  const files = await documents();
  const placed = parts.flatMap(({ pages }) => pages);
  assert.deepEqual(files.filter((path) => !/README\.md$|^docs\/index\.md$/.test(path) && !placed.includes(path)), []);
  // Two are written on their own time.
  assert.deepEqual(placed.filter((path) => !path.startsWith("api/") && !files.includes(path) && !["docs/limits.md", "docs/security.md"].includes(path)), []);
  assert.equal(new Set(placed.map(addressOf)).size, placed.length);
});
