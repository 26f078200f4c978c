// Conversations that are kept: with the real wasm, against the scripted endpoint. How they live in
// the browser's database is tested in www/test/sessions.test.mjs.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { startServer } from "../../tests/endpoint/server.mjs";
import { sessionAsMarkdown } from "../dist/sessions/export.js";
import { historyOf, titleOf } from "../dist/sessions/turns.js";
import { LEASE, requireBuilt } from "../test-support/built.mjs";
import { bytes, collect, later, rejectsWith } from "../test-support/helpers.mjs";

const QUESTION = "How long is the notice period?";
let server;
let qa;

before(async () => {
  requireBuilt();
  server = await startServer();
  const { createAssistant } = await import("../dist/index.js");
  qa = await createAssistant({ endpoint: { baseURL: server.baseURL, model: "qwen-scripted" } });
  await qa.documents.add({ name: "lease.md", bytes: bytes(LEASE) }).done;
});
beforeEach(() => {
  server.state.log.length = 0;
  server.state.faults.length = 0;
});
after(async () => {
  await qa?.dispose();
  await server?.stop();
});

const answers = () => server.state.log.filter(({ kind }) => kind === "answer").map(({ body }) => body.messages);

test("a session keeps question, answer and citations, and gives what was said to the next question", async () => {
  const { id, title } = await qa.sessions.create();
  assert.equal(title, "");
  const { text, citations } = await qa.ask(QUESTION, { session: id }).result;
  const { turns, ...info } = await qa.sessions.get(id);
  assert.equal(info.title, QUESTION);
  assert.equal(info.turnCount, 1);
  assert.deepEqual([turns[0].question, turns[0].status, turns[0].text, turns[0].citations], [QUESTION, "done", text, citations]);
  assert.ok(citations.length > 0 && turns[0].usage.requests > 0 && turns[0].strategy);
  await qa.ask("And the rent?", { session: id }).result;
  const [, second] = answers();
  assert.ok(second.some(({ role, content }) => role === "user" && content === QUESTION), JSON.stringify(second));
  assert.ok(second.some(({ role, content }) => role === "assistant" && content === text));
  assert.equal((await qa.sessions.get(id)).turnCount, 2);
});

test("events arrive as without a session; a history that is given takes the place of the session's", async () => {
  const { id } = await qa.sessions.create({ title: "Mine" });
  await qa.ask(QUESTION, { session: id }).result;
  const run = qa.ask("And the animals?", { session: id, history: [{ role: "user", content: "Hello there" }, { role: "assistant", content: "Hello" }] });
  const events = await collect(run);
  assert.equal(events.at(-1).type, "finish");
  const sent = JSON.stringify(answers().at(-1));
  assert.match(sent, /Hello there/);
  assert.doesNotMatch(sent, /How long is the notice period/);
  const { title, turns } = await qa.sessions.get(id);
  assert.equal(title, "Mine");
  assert.equal(turns.length, 2);
});

test("what was stopped or failed is kept as that, with what had come", async () => {
  const { id } = await qa.sessions.create();
  const stopped = qa.ask(QUESTION, { session: id });
  for await (const event of stopped) if (event.type === "text") break;
  await rejectsWith(stopped.result, "aborted");
  server.state.faults.push("401");
  await rejectsWith(qa.ask("And the rent?", { session: id }).result, "llm.unauthorized");
  const { turns: [one, two] } = await qa.sessions.get(id);
  assert.equal(one.status, "stopped");
  assert.notEqual(one.text, "");
  assert.deepEqual([two.status, two.error.code], ["failed", "llm.unauthorized"]);
  assert.deepEqual(historyOf([one, two]), []);
});

test("a question in no session is refused and asks nothing", async () => {
  await rejectsWith(qa.ask(QUESTION, { session: "nowhere" }).result, "usage");
  assert.deepEqual(server.state.log, []);
});

test("list, search, rename, remove and clear, each told once", async () => {
  await qa.sessions.clear();
  const heard = [];
  const listener = ({ detail }) => heard.push(detail.change);
  qa.addEventListener("sessions", listener);
  const one = await qa.sessions.create({ title: "Ｌease of the flat" });
  // Times are in milliseconds.
  await later(2);
  const two = await qa.sessions.create();
  await qa.ask(QUESTION, { session: two.id }).result;
  assert.deepEqual((await qa.sessions.list()).map(({ id }) => id), [two.id, one.id]);
  assert.deepEqual((await qa.sessions.list({ query: "MONTHS notice" })).map(({ id }) => id), [two.id]);
  assert.deepEqual((await qa.sessions.list({ query: "lease" })).map(({ id }) => id), [one.id]);
  assert.deepEqual(await qa.sessions.list({ query: "months crocodile-farm" }), []);
  assert.equal(await qa.sessions.rename(one.id, " Flat "), true);
  assert.equal(await qa.sessions.rename("nowhere", "x"), false);
  assert.equal((await qa.sessions.get(one.id)).title, "Flat");
  assert.deepEqual([await qa.sessions.remove(two.id), await qa.sessions.remove(two.id)], [true, false]);
  assert.equal(await qa.sessions.get(two.id), undefined);
  await qa.sessions.clear();
  assert.deepEqual(await qa.sessions.list(), []);
  qa.removeEventListener("sessions", listener);
  assert.deepEqual(heard, ["created", "created", "changed", "changed", "changed", "removed", "cleared"]);
});

test("exports: Markdown to read, JSON with everything", async () => {
  const { id } = await qa.sessions.create();
  const { text, citations } = await qa.ask(QUESTION, { session: id }).result;
  const markdown = await qa.sessions.export(id, "markdown");
  assert.ok(markdown.startsWith(`# ${QUESTION}\n`) && markdown.includes(text) && markdown.includes(`“${citations[0].quote}”`), markdown);
  const json = JSON.parse(await qa.sessions.export(id, "json"));
  assert.equal(json.format, "qwen-agent-session");
  assert.deepEqual(json.turns, (await qa.sessions.get(id)).turns);
  assert.equal(await qa.sessions.export("nowhere", "json"), undefined);
  await rejectsWith(qa.sessions.export(id, "html"), "usage");
});

test("a question of several lines makes one title and one heading", () => {
  const question = `${"long ".repeat(20)}\n\n# not a heading`;
  assert.ok(titleOf(question).length <= 60 && titleOf(question).endsWith("long…"));
  assert.equal([...titleOf("記".repeat(90))].length, 60);
  const turn = { question, level: "auto", asked: 0, status: "failed", text: "", reasoning: "", extractive: false, citations: [], error: { code: "llm.server", message: "the server\n# failed" } };
  const markdown = sessionAsMarkdown({ id: "1", title: titleOf(question), created: 0, changed: 0, turnCount: 1, turns: [turn] });
  assert.equal(markdown.split("\n").filter((line) => line.startsWith("# ")).length, 1);
});
