// Interrupted reading goes on where it was, and what a question was said to cost it does cost: with
// the real wasm, against the scripted endpoint, which counts.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { startServer } from "../../tests/endpoint/server.mjs";
import { folderReadings, readingsFolder } from "../dist/cli/readings.js";
import { LEASE, requireBuilt, run } from "../test-support/built.mjs";
import { bytes, collect, rejectsWith } from "../test-support/helpers.mjs";

const QUESTION = "How long is the notice period?";
const parts = Array.from({ length: 40 }, (_, n) => `## Part ${n}\n\n${`The valley number ${n} is wide and green, and a path leads through it. `.repeat(30)}`);
const LONG = `# Long\n\nThe notice period is three months.\n\n${parts.join("\n\n")}`;

const open = new Set();
let server;
let folder;

before(async () => {
  requireBuilt();
  server = await startServer();
  folder = await mkdtemp(join(tmpdir(), "qwen-agent-readings-"));
  await writeFile(join(folder, "long.md"), LONG);
  await writeFile(join(folder, "lease.md"), LEASE);
});
beforeEach(() => {
  server.state.log.length = 0;
  server.state.faults.length = 0;
});
after(async () => {
  for (const qa of open) await qa.dispose();
  await server?.stop();
  if (folder) await rm(folder, { recursive: true });
});

const endpoint = () => ({ baseURL: server.baseURL, model: "qwen-scripted" });
const reads = () => server.state.log.filter(({ kind }) => kind === "read").map(({ body }) => JSON.stringify(body.messages));

async function assistant(options = {}, text = LONG) {
  const { createAssistant } = await import("../dist/index.js");
  const qa = await createAssistant({ endpoint: endpoint(), level: "read", budget: { concurrency: 1 }, ...options });
  open.add(qa);
  await qa.documents.add({ name: "long.md", bytes: bytes(text) }).done;
  return qa;
}

/** Stops after `count` parts. What was asked for until then. */
async function interrupted(run, count) {
  for await (const event of run) if (event.type === "chunk-read" && event.done === count) break;
  await rejectsWith(run.result, "aborted");
  return reads().slice(0, count);
}

test("a run that was interrupted asks only for what is missing; another question asks anew", async () => {
  const qa = await assistant();
  const before = await interrupted(qa.ask(QUESTION), 10);
  assert.equal(new Set(before).size, 10);
  server.state.log.length = 0;
  const events = await collect(qa.ask(QUESTION));
  const { total } = events.find(({ type }) => type === "chunk-read");
  assert.equal(events.filter(({ type }) => type === "chunk-read").length, total);
  // The request that was under way when it was stopped may have been answered just in time, or
  // have arrived only now, to be asked again.
  const asked = new Set(reads()).size;
  assert.ok([total - 10, total - 11].includes(asked), `${asked} of ${total}`);
  assert.deepEqual(reads().filter((prompt) => before.includes(prompt)), []);
  assert.match(events.at(-1).answer.text, /three months/);
  server.state.log.length = 0;
  await qa.ask("How wide is the valley?").result;
  assert.equal(reads().length, total);
});

test("cleared, and with readings: false, everything is asked again", async () => {
  for (const [options, clears] of [[{}, true], [{ storage: { readings: false } }, false]]) {
    const qa = await assistant(options);
    await qa.ask(QUESTION).result;
    const all = reads().length;
    if (clears) {
      server.state.log.length = 0;
      await qa.ask(QUESTION).result;
      assert.equal(reads().length, 0);
      await qa.readings.clear();
    }
    server.state.log.length = 0;
    await qa.ask(QUESTION).result;
    assert.ok(all > 24 && reads().length === all, `${reads().length} of ${all}`);
    server.state.log.length = 0;
  }
});

test("the estimate asks nothing, and the run keeps to it", async () => {
  const qa = await assistant({ storage: { readings: false } });
  for (const level of ["retrieve", "read"]) {
    server.state.log.length = 0;
    const estimate = await qa.estimate(QUESTION, { level, budget: { prices: { input: 1, output: 2 } } });
    assert.equal(server.state.log.length, 0);
    const { usage } = await qa.ask(QUESTION, { level }).result;
    assert.ok(usage.requests <= estimate.requests, `${level}: ${usage.requests} of ${estimate.requests}`);
    // The scripted endpoint counts four characters as a token.
    assert.ok(estimate.promptTokens > usage.promptTokens / 3 && estimate.promptTokens < usage.promptTokens * 3, `${level}: ${estimate.promptTokens}, ${usage.promptTokens}`);
    assert.equal(estimate.cost, (estimate.promptTokens + 2 * estimate.completionTokens) / 1e6);
  }
  assert.deepEqual(await qa.estimate(QUESTION, { endpoint: null }), { requests: 0, promptTokens: 0, completionTokens: 0, atMost: false });
});

test("a run ends when it has used up its tokens", async () => {
  const qa = await assistant();
  await rejectsWith(qa.ask(QUESTION, { budget: { maxTokens: 5000 } }).result, "budget.tokens");
  assert.ok(reads().length > 0 && reads().length < 40, `${reads().length}`);
});

test("before it reads, the plan tells how many requests that takes", async () => {
  const qa = await assistant();
  for await (const event of qa.ask(QUESTION)) {
    if (event.type !== "plan") continue;
    assert.match(event.reason, /\d+ requests/);
    assert.equal(reads().length, 0);
    return;
  }
  assert.fail("no plan");
});

test("the transcript is the conversation that gave the answer, whatever the level, and holds no key", async () => {
  const key = { apiKey: "sk-secret-1", headers: { "X-Token": "sk-secret-2" } };
  const qa = await assistant({ endpoint: { ...endpoint(), ...key }, transcript: true }, LEASE);
  for (const level of ["auto", "retrieve", "read", "reason"]) {
    const run = qa.ask(QUESTION, { level });
    const line = await run.transcript({ verifiedOnly: true });
    const { messages, strategy, verified, citations } = JSON.parse(line);
    const answer = await run.result;
    assert.equal(strategy, answer.strategy);
    assert.equal(messages.at(-1).role, "assistant");
    assert.equal(messages.at(-1).content, answer.text);
    assert.ok(messages.some(({ role, content }) => role === "user" && content.includes(QUESTION)), level);
    assert.equal(verified, true);
    assert.ok(citations.length > 0 && citations.every(({ documentId, quote }) => documentId === "long.md" && LEASE.includes(quote)));
    assert.doesNotMatch(line, /sk-secret/);
  }
  // It can be sent as it is.
  assert.ok(server.state.log.every(({ authorization }) => authorization));
});

const ask = (file, ...more) => ["ask", join(folder, file), QUESTION, "--base-url", server.baseURL, "--model", "qwen-scripted", ...more];

test("ask --estimate prints the cost and asks nothing", async () => {
  const text = await run(ask("long.md", "--level", "read", "--estimate"));
  assert.match(text.stdout, /^(about|at most) \d+ requests, \d+ prompt tokens, \d+ completion tokens\n$/, text.stderr);
  const json = JSON.parse((await run(ask("long.md", "--level", "read", "--estimate", "--json"))).stdout);
  assert.ok(text.stdout.includes(`${json.requests} requests, ${json.promptTokens} `));
  assert.equal(typeof json.atMost, "boolean");
  assert.equal(server.state.log.length, 0);
  assert.match((await run(["ask", join(folder, "long.md"), QUESTION, "--estimate"])).stdout, /^no request/);
});

test("ask --max-tokens ends a run that costs more", async () => {
  const { code, stderr } = await run(ask("long.md", "--level", "read", "--max-tokens", "3000", "--no-cache"));
  assert.equal(code, 1);
  assert.match(stderr, /error budget\.tokens/);
});

test("ask --transcript appends a line for each answer, with --verified-only for those that hold", async () => {
  const path = join(folder, "lines.jsonl");
  const env = { QWEN_API_KEY: "sk-secret" };
  for (const more of [[], ["--json"], ["--verified-only"]]) {
    const { code, stderr } = await run(ask("lease.md", "--transcript", path, ...more), { env });
    assert.equal(code, 0, stderr);
  }
  const text = await readFile(path, "utf8");
  const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(lines.map(({ verified }) => verified), [true, true, true]);
  assert.match(lines[0].messages.at(-1).content, /three months/);
  assert.doesNotMatch(text, /sk-secret/);
  // Without a model nothing was said.
  assert.equal((await run(["ask", join(folder, "lease.md"), QUESTION, "--transcript", path])).code, 0);
  assert.equal(await readFile(path, "utf8"), text);
  server.state.log.length = 0;
  const nowhere = await run(ask("lease.md", "--transcript", join(folder, "no", "such")));
  assert.equal(nowhere.code, 1);
  assert.match(nowhere.stderr, /file\.write/);
  assert.equal(server.state.log.length, 0, "what cannot be written down should not be paid for");
  assert.equal((await run(ask("lease.md", "--verified-only"))).code, 2);
});

test("an interrupted ask --level read goes on where it was, and --no-cache begins anew", async () => {
  const env = { XDG_CACHE_HOME: join(folder, "cache") };
  const level = ["--level", "read", "--json", "--concurrency", "1"];
  let seen = 0;
  const kill = (child, stdout) => {
    seen = stdout.split('"chunk-read"').length - 1;
    if (seen >= 8) child.kill("SIGINT");
  };
  server.state.settings.perTokenMs = 2;
  const first = await run(ask("long.md", ...level), { env, kill });
  server.state.settings.perTokenMs = 0;
  assert.equal(first.code, 130, first.stderr);
  const kept = await readdir(readingsFolder(env));
  assert.ok(kept.length >= seen && kept.every((name) => /^[0-9a-f]{32}$/.test(name)), `${kept.length}, ${seen}`);
  assert.equal((await stat(readingsFolder(env))).mode & 0o077, 0);
  server.state.log.length = 0;
  const { code, stdout, stderr } = await run(ask("long.md", ...level), { env });
  assert.equal(code, 0, stderr);
  const { total } = JSON.parse(stdout.split("\n").find((line) => line.includes('"chunk-read"')));
  assert.equal(reads().length, total - kept.length);
  server.state.log.length = 0;
  await run(ask("long.md", ...level, "--no-cache"), { env });
  assert.equal(reads().length, total);
});

test("a cache folder that cannot be used is a warning", async () => {
  const file = join(folder, "a-file");
  await writeFile(file, "");
  const { code, stderr } = await run(ask("lease.md", "--level", "read"), { env: { XDG_CACHE_HOME: file } });
  assert.equal(code, 0, stderr);
  assert.equal(stderr.match(/warning storage\.unavailable/g)?.length, 1, stderr);
});

test("the cache folder keeps the newest, forgets the old, and touches nothing else", async () => {
  const cache = join(folder, "bounded");
  await mkdir(cache);
  const name = (n) => String(n).padStart(32, "0");
  await writeFile(join(cache, "notes.txt"), "mine");
  for (let n = 0; n < 6; n++) {
    await writeFile(join(cache, name(n)), `reply ${n}`);
    await utimes(join(cache, name(n)), Date.now() / 1000, Date.now() / 1000 - (n === 5 ? 100 : n));
  }
  const readings = folderReadings(cache, { entries: 3, age: 50_000 });
  assert.equal(await readings.get(name(5)), undefined, "too old");
  assert.equal(await readings.get(name(4)), "reply 4");
  await readings.put(name(9), "new");
  assert.deepEqual((await readdir(cache)).sort(), [name(0), name(1), name(2), name(9), "notes.txt"]);
  assert.equal(await readings.get(name(9)), "new");
  await readings.clear();
  assert.deepEqual(await readdir(cache), ["notes.txt"]);
});

test("the cache is where the XDG specification says", () => {
  assert.equal(readingsFolder({ XDG_CACHE_HOME: "/tmp/c" }), "/tmp/c/qwen-agent-wasm/readings");
  for (const env of [{}, { XDG_CACHE_HOME: "relative" }]) assert.match(readingsFolder(env), /[/\\]\.cache[/\\]qwen-agent-wasm[/\\]readings$/);
});
