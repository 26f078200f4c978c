// The scripted endpoint itself: its replies, its streams, its faults, its log.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { FAULTS } from "./faults.mjs";
import { pieces, reply } from "./oracle.mjs";
import { startServer } from "./server.mjs";

let server;
before(async () => (server = await startServer()));
after(() => server.stop());
beforeEach(() => post("/__admin/reset", {}));

const url = (path) => `http://127.0.0.1:${server.port}${path}`;
const post = (path, body, headers = {}) => fetch(url(path), { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers } });

const PASSAGES = `Passages:

[1]
~~~~~
Lease, 3: Terms

The rent is 900 euros. The tenant may
keep one small dog.
~~~~~

[2]
~~~~~
Lease, 4

The notice period is three months. Notice must be written.
~~~~~

Question:
How long is the notice period?`;

const answering = (extra = {}) => ({ model: "m", messages: [{ role: "system", content: "You answer from passages." }, { role: "user", content: PASSAGES }], ...extra });
const reading = (question, text) => ({
  messages: [
    { role: "system", content: 'Reply with one JSON object: {"relevant": true, "quotes": ["…"]}' },
    { role: "user", content: `Question:\n${question}\n\nPassage:\n~~~~~\nLease, 3\n\n${text}\n~~~~~` },
  ],
});

async function events(response) {
  const text = await response.text();
  return text.split("\n\n").filter(Boolean).map((event) => event.replace(/^data: /, "")).map((data) => (data === "[DONE]" ? data : JSON.parse(data)));
}

test("an answer is the best sentence with its passage's marker", () => {
  assert.deepEqual(reply(answering()), { kind: "answer", text: "The notice period is three months. [2]" });
});

test("an answer in Chinese is found by pairs of characters", () => {
  const content = "段落：\n\n[1]\n~~~~~\n租约, 1\n\n租金为九百元。通知期为三个月。\n~~~~~\n\n问题：\n通知期多长？";
  assert.equal(reply({ messages: [{ role: "user", content }] }).text, "通知期为三个月。 [1]");
});

test("passages that say nothing on the question give no answer", () => {
  const content = PASSAGES.replace(/How long.*/, "Who painted Guernica?");
  assert.match(reply({ messages: [{ role: "user", content }] }).text, /do not contain/);
});

test("a chunk is read word for word, or found irrelevant", () => {
  const text = "The rent is 900 euros. The notice period\nis three months.";
  assert.deepEqual(JSON.parse(reply(reading("How long is the notice period?", text)).text), { relevant: true, quotes: ["The notice period\nis three months."] });
  assert.deepEqual(JSON.parse(reply(reading("Who painted Guernica?", text)).text), { relevant: false, quotes: [] });
});

test("a plan consists of the question's words", () => {
  const response_format = { type: "json_schema", json_schema: { name: "plan", schema: {} } };
  const { kind, text } = reply({ response_format, messages: [{ role: "user", content: "How the documents begin:\n\n~~~~~\nLease\n\nThe rent\n~~~~~\n\nQuestion:\nHow long is the notice period?" }] });
  assert.equal(kind, "plan");
  assert.deepEqual(JSON.parse(text).keywords, [{ language: "en", words: ["long", "notice", "period"] }]);
});

test("pieces make up the text", () => {
  for (const text of ["", "one", " two  words ", "通知期为三个月。 [1]", "a\nb"]) assert.equal(pieces(text).join(""), text);
});

test("it streams, with usage on request, and answers in one piece otherwise", async () => {
  const streamed = await events(await post("/v1/chat/completions", answering({ stream: true, stream_options: { include_usage: true } })));
  assert.equal(streamed.at(-1), "[DONE]");
  assert.ok(streamed.at(-2).usage.total_tokens > 0);
  const text = streamed.slice(0, -2).map(({ choices: [{ delta }] }) => delta.content ?? "").join("");
  const whole = await (await post("/v1/chat/completions", answering())).json();
  assert.equal(text, whole.choices[0].message.content);
  const models = await (await fetch(url("/v1/models"))).json();
  assert.equal(models.data[0].id, "qwen-scripted");
});

test("the log says whether there was a key, and never which", async () => {
  await post("/v1/chat/completions", answering(), { authorization: "Bearer sk-secret", origin: "https://site.example" });
  const text = await (await fetch(url("/__admin/log"))).text();
  assert.ok(!text.includes("sk-secret"));
  const [entry] = JSON.parse(text);
  assert.equal(entry.authorization, true);
  assert.equal(entry.kind, "answer");
  assert.equal(entry.headers.origin, "https://site.example");
});

test("other origins are allowed by setting", async () => {
  const preflight = () => fetch(url("/v1/chat/completions"), { method: "OPTIONS", headers: { origin: "https://site.example", "access-control-request-headers": "authorization" } });
  assert.equal((await preflight()).headers.get("access-control-allow-origin"), "*");
  await post("/__admin/settings", { cors: "off" });
  assert.equal((await preflight()).headers.get("access-control-allow-origin"), null);
  await post("/__admin/settings", { cors: "*" });
});

test("a key can be required", async () => {
  await post("/__admin/settings", { requireKey: true });
  assert.equal((await post("/v1/chat/completions", answering())).status, 401);
  await post("/__admin/settings", { requireKey: false });
});

const statuses = { 401: 401, 429: 429, 500: 500, "429_retry_after": 429, quota: 429, context_length: 400 };
for (const [fault, status] of Object.entries(statuses)) {
  test(`fault ${fault} answers with ${status}, once`, async () => {
    await post("/__admin/faults", [fault]);
    const response = await post("/v1/chat/completions", answering());
    assert.equal(response.status, status);
    assert.ok((await response.json()).error.message);
    if (fault === "429_retry_after") assert.equal(response.headers.get("retry-after"), "1");
    assert.equal((await post("/v1/chat/completions", answering())).status, 200);
  });
}

test("faults of the connection and the stream", async () => {
  const ask = () => post("/v1/chat/completions", answering({ stream: true }));
  await post("/__admin/faults", ["drop_before", "cut_mid", "html200", "malformed_sse", "no_finish", "error_event", "split_utf8", "reasoning"]);
  await assert.rejects(ask());
  await assert.rejects((await ask()).text());
  assert.match((await ask()).headers.get("content-type"), /html/);
  await assert.rejects(events(await ask()), SyntaxError);
  assert.notEqual((await events(await ask())).at(-1), "[DONE]");
  assert.ok((await events(await ask())).at(-1).error);
  assert.equal((await events(await ask())).at(-1), "[DONE]");
  assert.ok((await events(await ask())).some((event) => event.choices?.[0].delta.reasoning_content));
});

test("a reply in one piece is struck, too", async () => {
  const request = { model: "m", stream: true, ...reading("Who painted Guernica?", "The rent is 900 euros.") };
  const ask = () => post("/v1/chat/completions", request);
  assert.equal(pieces(reply(request).text).length, 1);
  await post("/__admin/faults", ["cut_mid", "malformed_sse", "error_event"]);
  await assert.rejects((await ask()).text());
  await assert.rejects(events(await ask()), SyntaxError);
  assert.ok((await events(await ask())).at(-1).error);
});

test("a stalled stream ends when the client gives up, which is logged", async () => {
  await post("/__admin/faults", ["stall"]);
  const controller = new AbortController();
  const response = await fetch(url("/v1/chat/completions"), { method: "POST", body: JSON.stringify(answering({ stream: true })), signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  await assert.rejects(response.text());
  for (let i = 0; i < 50 && !server.state.log[0].aborted; i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(server.state.log[0].aborted, true);
});

test("a fault may wait for a kind of prompt, and unknown faults are refused", async () => {
  await post("/__admin/faults", [{ fault: "500", kind: "read" }]);
  assert.equal((await post("/v1/chat/completions", answering())).status, 200);
  assert.equal((await post("/v1/chat/completions", { model: "m", ...reading("x", "y") })).status, 500);
  assert.equal((await post("/__admin/faults", ["flood"])).status, 400);
  assert.ok(FAULTS.includes("stall"));
});

test("wrong requests are answered, not fatal", async () => {
  assert.equal((await fetch(url("/v1/chat/completions"), { method: "POST", body: "{" })).status, 400);
  assert.equal((await post("/v1/chat/completions", {})).status, 400);
  assert.equal((await fetch(url("/v1/other"))).status, 404);
});

test("as a command it says its port, and stops when its input closes", async () => {
  const child = spawn(process.execPath, [fileURLToPath(new URL("server.mjs", import.meta.url)), "--max-seconds", "20"], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  const { listening } = JSON.parse(line);
  assert.equal((await fetch(`http://127.0.0.1:${listening}/v1/models`)).status, 200);
  child.stdin.end();
  const [code] = await once(child, "exit");
  assert.equal(code, 0);
});

const TOOLS = [
  { type: "function", function: { name: "ask_documents", description: "Asks.", parameters: { type: "object", properties: { question: { type: "string" } }, required: ["question"] } } },
  { type: "function", function: { name: "exchange_rate", description: "A rate.", parameters: { type: "object", properties: { from: { type: "string", pattern: "^[A-Z]{3}$" }, to: { type: "string", pattern: "^[A-Z]{3}$" } }, required: ["from", "to"] } } },
];
const HOPS = "In which year was the town founded where the author of Salt Garden was born?";
const FOUND = "It is Mara Lind.\n\n[1]\n~~~~~\nBooks\n\nMara Lind is the author of Salt Garden.\n~~~~~";
const asking = (question, followed = []) => [{ role: "system", content: "Use tools." }, { role: "user", content: question }, ...followed];

test("with tools it asks for the innermost fact first, then puts what it found into the question", () => {
  const first = reply({ tools: TOOLS, messages: asking(HOPS) });
  assert.equal(first.kind, "reason");
  assert.deepEqual(first.calls, [{ id: "call_1", name: "ask_documents", arguments: { question: "Who is the author of Salt Garden?" } }]);
  const call = { id: "call_1", type: "function", function: { name: "ask_documents", arguments: JSON.stringify(first.calls[0].arguments) } };
  const told = [{ role: "assistant", content: "", tool_calls: [call] }, { role: "tool", tool_call_id: "call_1", content: FOUND }];
  assert.deepEqual(reply({ tools: TOOLS, messages: asking(HOPS, told) }).calls[0].arguments, { question: "Where was Mara Lind born?" });
  const last = reply({ tools: TOOLS, tool_choice: "none", messages: asking(HOPS, told) });
  assert.deepEqual([last.calls, last.text], [undefined, "Mara Lind is the author of Salt Garden. [1]"]);
});

test("it speaks of tools in tags and in lines, too", () => {
  const tags = `<tools>\n${TOOLS.map((tool) => JSON.stringify(tool)).join("\n")}\n</tools>`;
  const nous = (followed) => reply({ messages: [{ role: "system", content: tags }, { role: "user", content: HOPS }, ...followed] }).text;
  const said = nous([]);
  assert.match(said, /^<tool_call>\n.*"Who is the author of Salt Garden\?".*\n<\/tool_call>$/);
  assert.match(nous([{ role: "assistant", content: said }, { role: "user", content: `<tool_response>\n${FOUND}\n</tool_response>` }]), /Where was Mara Lind born/);

  const lines = `${TOOLS.map(({ function: { name, description, parameters } }) => `${name}: ${description} Arguments: ${JSON.stringify(parameters)}`).join("\n")}\n\nAction Input: its arguments`;
  const react = (followed) => reply({ messages: [{ role: "system", content: lines }, { role: "user", content: HOPS }, ...followed] }).text;
  const action = react([]).split("Observation:")[0];
  assert.match(action, /^Thought: .*\nAction: ask_documents\nAction Input: \{"question":"Who is the author of Salt Garden\?"\}\n$/);
  assert.match(react([{ role: "assistant", content: action }, { role: "user", content: `Observation: ${FOUND}` }]), /Where was Mara Lind born/);
  assert.match(react([{ role: "assistant", content: action }, { role: "user", content: `Observation: ${FOUND}\n\nNo more tools can be called.` }]), /^Thought: I know the answer\nFinal Answer: Mara Lind is/);
});

test("a tool that the question names is called with what its schema asks for; a failed call leads on", () => {
  const question = "What is the exchange rate from EUR to CNY?";
  const [call] = reply({ tools: TOOLS, messages: asking(question) }).calls;
  assert.deepEqual([call.name, call.arguments], ["exchange_rate", { from: "EUR", to: "CNY" }]);
  const told = (content) => asking(question, [
    { role: "assistant", content: "", tool_calls: [{ id: "c", type: "function", function: { name: "exchange_rate", arguments: '{"from":"EUR","to":"CNY"}' } }] },
    { role: "tool", tool_call_id: "c", content },
  ]);
  assert.equal(reply({ tools: TOOLS, messages: told("7.8") }).text, "exchange_rate says: 7.8");
  assert.equal(reply({ tools: TOOLS, messages: told("Error: no line") }).calls[0].name, "ask_documents");
});

test("calls are streamed in pieces, a stop word ends a text, and tools can be refused", async () => {
  const body = { model: "m", tools: TOOLS, messages: asking(HOPS), stream: true };
  const streamed = (await events(await post("/v1/chat/completions", body))).filter((event) => event.choices?.length > 0);
  const parts = streamed.flatMap(({ choices: [{ delta }] }) => delta.tool_calls ?? []);
  assert.ok(parts.length > 2);
  assert.equal(parts.map((part) => part.function.arguments).join(""), '{"question":"Who is the author of Salt Garden?"}');
  assert.equal(streamed.at(-1).choices[0].finish_reason, "tool_calls");
  const cut = await (await post("/v1/chat/completions", answering({ stop: ["is three"] }))).json();
  assert.equal(cut.choices[0].message.content, "The notice period ");
  await post("/__admin/settings", { refuseTools: true });
  assert.equal((await post("/v1/chat/completions", body)).status, 400);
  assert.equal((await post("/v1/chat/completions", answering())).status, 200);
  await post("/__admin/settings", { refuseTools: false });
});
