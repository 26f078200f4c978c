// The command, as a process, with the real wasm, against the scripted endpoint.
import assert from "node:assert/strict";
import { mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { startServer } from "../../tests/endpoint/server.mjs";
import { HANDBOOK, LEASE, pdf, requireBuilt, root, run } from "../test-support/built.mjs";

let server;
let folder;
const here = (...parts) => join(folder, ...parts);
const lines = (text) => text.trimEnd().split("\n");
const jsonLines = (text) => lines(text).map((line) => JSON.parse(line));
const endpoint = () => ["--base-url", server.baseURL, "--model", "qwen-scripted"];

before(async () => {
  requireBuilt();
  server = await startServer();
  folder = await mkdtemp(join(tmpdir(), "qwen-agent-"));
  await mkdir(here("docs", "more"), { recursive: true });
  await writeFile(here("docs", "lease.md"), LEASE);
  await writeFile(here("docs", "more", "handbook.md"), HANDBOOK);
  await writeFile(here("docs", "more", "two.pdf"), pdf(["The walrus sleeps.", "The narwhal sings."]));
  await writeFile(here("docs", "picture.png"), Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10));
  await writeFile(here("corpus.jsonl"), '{"id":"d1","title":"First","text":"The wombat digs a burrow."}\n{"id":"d2","title":"Second","text":"The koala sleeps in a tree."}\n{"id":"d3"}\n');
  await writeFile(here("queries.jsonl"), '{"id":"q1","q":"wombat burrow"}\n\n{"id":2,"q":"koala"}\n');
  const made = await run(["index", here("docs"), "-o", here("docs.qai")]);
  assert.equal(made.code, 0, made.stderr);
});
beforeEach(() => {
  server.state.log.length = 0;
  server.state.faults.length = 0;
  Object.assign(server.state.settings, { ttftMs: 0, perTokenMs: 0 });
});
after(async () => {
  await server?.stop();
  if (folder) await rm(folder, { recursive: true });
});

test("help and version go to stdout; each command has its own help with examples", async () => {
  const { version } = JSON.parse(await readFile(`${root}package.json`, "utf8"));
  assert.equal((await run(["--version"])).stdout, `${version}\n`);
  for (const args of [["--help"], ["inspect", "--help"], ["index", "-h"], ["search", "--help"], ["help", "ask"]]) {
    const { code, stdout } = await run(args);
    assert.equal(code, 0);
    assert.match(stdout, /Examples:/);
  }
});

test("wrong usage ends with 2 and says what to do, without a stack trace", async () => {
  const cases = [
    [[], /Usage/],
    [["serch"], /there is no command "serch"/],
    [["search", "x.qai", "q", "--jsn"], /did you mean --json/],
    [["search", "x.qai"], /--queries/],
    [["search", "x.qai", "q", "-k", "0"], /whole number/],
    [["inspect"], /one file/],
    [["inspect", "a", "--format", "xml"], /text, md, json/],
    [["index", "docs"], /-o FILE/],
    [["ask", "question"], /--index/],
    [["ask", "--index", "a", "file", "question"], /either/],
    [["ask", "--index", "a", "q", "--level", "deep"], /auto, retrieve/],
    [["ask", "--index", "a", "q", "--protocol", "xml"], /auto, native/],
    [["ask", "--index", "a", "q", "--max-turns", "none"], /whole number/],
    [["ask", "--index", "a", "q", "--base-url", "http://127.0.0.1:1/v1"], /--model/],
    [["ask", "--index", "a", "q", "--base-url", "nowhere", "--model", "m"], /address|absolute/],
    [["inspect", "a", "--password-env", "NO_SUCH_VARIABLE"], /NO_SUCH_VARIABLE/],
  ];
  for (const [args, expected] of cases) {
    const { code, stdout, stderr } = await run(args);
    assert.equal(code, 2, `${args.join(" ")}: ${stderr}`);
    assert.match(stderr, expected);
    assert.ok(!/\n\s+at /.test(stderr), stderr);
    assert.equal(stdout, "");
  }
});

test("inspect shows text, Markdown and JSON whose offsets are right", async () => {
  assert.match((await run(["inspect", here("docs", "lease.md")])).stdout, /Crocodiles are forbidden/);
  assert.match((await run(["inspect", here("docs", "lease.md"), "--format", "md"])).stdout, /^#+ Lease\n[^]*## Notice/);
  const { code, stdout } = await run(["inspect", here("docs", "more", "two.pdf"), "--json"]);
  assert.equal(code, 0);
  const shown = JSON.parse(stdout);
  assert.equal(shown.format, "pdf");
  assert.equal(shown.id, "two.pdf");
  assert.deepEqual(shown.pages.map(({ page }) => page), [1, 2]);
  for (const { text, blocks } of shown.pages) for (const block of blocks) assert.equal(block.text, text.slice(block.start, block.end));
  assert.ok(shown.chunks.length > 0 && shown.tokens > 0 && shown.characters > 0 && Array.isArray(shown.warnings));
  for (const key of ["ordinal", "tokens", "headings", "spans", "text"]) assert.ok(key in shown.chunks[0], key);
});

test("what cannot be opened or read ends with 1 and its code", async () => {
  assert.match((await run(["inspect", here("missing.txt")])).stderr, /^qwen-agent: error file\.open: .*no such file/);
  const { code, stderr } = await run(["inspect", here("docs", "picture.png")]);
  assert.equal(code, 1);
  assert.match(stderr, /^qwen-agent: error read\.unsupported: /);
  assert.match((await run(["search", here("queries.jsonl"), "x"])).stderr, /error index\.foreign/);
});

test("index reads folders in order, reports what it skips, and gives the same bytes again", async () => {
  const { code, stdout, stderr } = await run(["index", here("docs"), "-o", here("again.qai")]);
  assert.equal(code, 0);
  assert.equal(stdout, "");
  assert.match(stderr, /error read\.unsupported: picture\.png/);
  assert.match(stderr, /indexed 3 documents/);
  assert.deepEqual(await readFile(here("again.qai")), await readFile(here("docs.qai")));
  const hits = JSON.parse((await run(["search", here("docs.qai"), "narwhal", "--json"])).stdout).hits;
  assert.equal(hits[0].document, "more/two.pdf");
});

test("index --strict writes nothing when a file is skipped; nothing at all is a failure", async () => {
  const strict = await run(["index", here("docs"), "-o", here("strict.qai"), "--strict"]);
  assert.equal(strict.code, 1);
  await assert.rejects(readFile(here("strict.qai")));
  const none = await run(["index", here("docs", "picture.png"), "-o", here("none.qai")]);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /error agent\.no_documents/);
});

test("each line of a .jsonl file is a document, and a bad line is told by its number", async () => {
  const { code, stderr } = await run(["index", here("corpus.jsonl"), "-o", here("corpus.qai")]);
  assert.equal(code, 0);
  assert.match(stderr, /corpus\.jsonl:3/);
  const answers = jsonLines((await run(["search", here("corpus.qai"), "--queries", here("queries.jsonl"), "-k", "5"])).stdout);
  assert.deepEqual(answers.map(({ id }) => id), ["q1", 2]);
  assert.deepEqual(answers.map(({ hits }) => hits[0].document), ["d1", "d2"]);
  assert.deepEqual(Object.keys(answers[0].hits[0]), ["document", "page", "span", "spans", "score", "text"]);
});

test("search prints hits for people and as JSON", async () => {
  const text = (await run(["search", here("docs.qai"), "crocodiles"])).stdout;
  assert.match(text, /^1\. .*lease\.md.*page 1/);
  const { query, hits } = JSON.parse((await run(["search", here("docs.qai"), "crocodiles", "-k", "1", "--json"])).stdout);
  assert.equal(query, "crocodiles");
  assert.equal(hits.length, 1);
  assert.deepEqual(Object.keys(hits[0]), ["document", "title", "page", "span", "spans", "score", "text"]);
  assert.deepEqual(Object.keys(hits[0].span), ["start", "end"]);
});

test("search tells why a passage was found", async () => {
  const text = (await run(["search", here("docs.qai"), "crocodiles", "--why"])).stdout;
  assert.match(text, /^ +\d+\.\d+  Crocodiles \(word; weight 1, idf \d+\.\d+, 1 times\)$/m);
  const { hits } = JSON.parse((await run(["search", here("docs.qai"), "crocodiles", "--why", "--json"])).stdout);
  assert.ok(hits[0].why.terms.length > 1 && hits[0].why.highlights.length > 0);
});

test("ask without an endpoint quotes, and says so", async () => {
  const { code, stdout } = await run(["ask", here("docs", "lease.md"), "How long is the notice period?"]);
  assert.equal(code, 0);
  assert.match(stdout, /^Extractive answer/);
  assert.match(stdout, /three months[^]*Sources\n\[1\]/);
});

test("ask streams an answer with sources, and takes the key from the environment only", async () => {
  const { code, stdout, stderr } = await run(["ask", "--index", here("docs.qai"), "How long is the notice period?", ...endpoint(), "--level", "retrieve"], { env: { QWEN_API_KEY: "sk-secret" } });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /notice period is three months[^]*Sources\n\[\d+\] .*lease\.md.*page 1: ".*three months.*" \(verified\)/);
  assert.ok(server.state.log.length > 0 && server.state.log.every(({ authorization }) => authorization));
  assert.ok(!(stdout + stderr).includes("sk-secret"));
});

test("ask --json prints events, the last of which is the finish", async () => {
  const env = { QWEN_BASE_URL: server.baseURL, QWEN_MODEL: "qwen-scripted" };
  const { stdout } = await run(["ask", "--index", here("docs.qai"), "--json", "--level", "read", "How long is the notice period?"], { env });
  const events = jsonLines(stdout);
  assert.equal(events[0].type, "plan");
  assert.equal(events.at(-1).type, "finish");
  assert.match(events.at(-1).answer.text, /three months/);
});

test("an endpoint's error ends with 1 and its code; the key is in no message", async () => {
  server.state.faults.push(...Array(4).fill("401"));
  const { code, stderr } = await run(["ask", "--index", here("docs.qai"), "Notice period?", ...endpoint()], { env: { QWEN_API_KEY: "sk-secret" } });
  assert.equal(code, 1);
  assert.match(stderr, /error llm\.unauthorized: /);
  assert.ok(!stderr.includes("sk-secret"));
});

test("an interrupt cancels and ends with 130", async () => {
  server.state.faults.push({ fault: "stall", kind: "answer" });
  let sent = false;
  const { code, stderr } = await run(["ask", "--index", here("docs.qai"), "How long is the notice period?", ...endpoint(), "--level", "retrieve"], {
    kill(child, stdout) {
      if (!sent && stdout !== "") sent = child.kill("SIGINT");
    },
  });
  assert.equal(code, 130);
  assert.match(stderr, /cancelled/);
});

test("a reader that leaves early is no error", async () => {
  const many = Array.from({ length: 3000 }, (_, index) => JSON.stringify({ id: index, q: "notice period" })).join("\n");
  let closed = false;
  const { code, stderr } = await run(["search", here("docs.qai"), "--queries", "-"], {
    input: many,
    kill(child) {
      if (!closed) closed = true, child.stdout.destroy();
    },
  });
  assert.equal(code, 0, stderr);
  assert.equal(stderr, "");
});

test("ask --level reason shows the model's calls on stderr and its events as JSON", async () => {
  const args = ["ask", "--index", here("docs.qai"), "How long is the notice period?", ...endpoint(), "--level", "reason", "--max-turns", "3"];
  for (const protocol of ["native", "nous", "react"]) {
    server.state.log.length = 0;
    const { code, stdout, stderr } = await run([...args, "--protocol", protocol]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /notice period is three months[^]*Sources\n\[\d+\] .*lease\.md.*\(verified\)/);
    assert.match(stderr, /^qwen-agent: ask_documents \{"question":"How long is the notice period\?"\}\nqwen-agent: ask_documents gave: The notice period/m);
    assert.equal(server.state.log.some(({ body }) => body.tools !== undefined), protocol === "native");
  }
  const events = jsonLines((await run([...args, "--json"])).stdout);
  const [call, result] = ["tool-call", "tool-result"].map((type) => events.find((event) => event.type === type));
  assert.deepEqual([call.name, JSON.parse(call.arguments)], ["ask_documents", { question: "How long is the notice period?" }]);
  assert.deepEqual([result.id, result.failed], [call.id, false]);
  assert.equal(events.at(-1).answer.strategy, "reason");
});

test("ask --adaptive reads until more is unlikely to be found", async () => {
  const parts = Array.from({ length: 120 }, (_, n) => `## Part ${n}\n\n${`The valley number ${n} is wide and green, and a path leads through it. `.repeat(30)}`);
  await writeFile(here("long.md"), `# Long\n\nThe notice period is three months.\n\n${parts.join("\n\n")}`);
  const reads = async (...more) => {
    const { stdout, stderr } = await run(["ask", here("long.md"), "How long is the notice period?", ...endpoint(), "--level", "read", "--json", ...more]);
    const events = jsonLines(stdout);
    assert.match(events.at(-1).answer.text, /three months/, stderr);
    return events.filter(({ type }) => type === "chunk-read").length;
  };
  const [all, some] = [await reads(), await reads("--adaptive")];
  assert.ok(all > 24 && some < all, `${some} of ${all}`);
});
