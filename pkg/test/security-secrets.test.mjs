// The key is sent to its endpoint and is nowhere else: not in what is stored, exported, told,
// logged or printed, though the endpoint repeats it wherever it can. The same in a browser:
// www/test/security-secrets.test.mjs.
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startServer } from "../../tests/endpoint/server.mjs";
import { HANDBOOK, LEASE, requireBuilt, run } from "../test-support/built.mjs";
import { bytes } from "../test-support/helpers.mjs";
import { KEY, NEEDLES, keysIn, shown, startEcho } from "../test-support/secrets.mjs";

const QUESTION = "How long is the notice period?";
let server;
let echo;

before(async () => {
  requireBuilt();
  server = await startServer();
  echo = await startEcho(server.baseURL);
});
after(async () => {
  echo?.stop();
  await server?.stop();
});

/** Everything that is to be searched, by what it is. */
class Evidence {
  #kept = new Map();

  keep(what, content) {
    this.#kept.set(`${this.#kept.size} ${what}`, content);
  }

  /** Fails if the key is in any of it, or if there is not even what was sought. */
  assertClean(...kinds) {
    for (const kind of kinds) assert.ok([...this.#kept.keys()].some((name) => name.includes(kind)), `nothing of ${kind}`);
    const leaks = [...this.#kept].flatMap(([name, content]) => keysIn(content).map((needle) => `${name}: ${needle}`));
    assert.deepEqual(leaks, []);
  }
}

/** What is said on the console until the test ends. */
function listenToConsole(t, evidence) {
  for (const name of ["log", "info", "warn", "error", "debug", "trace"]) {
    t.mock.method(console, name, (...values) => evidence.keep(`console ${name}`, values.map(shown).join(" ")));
  }
}

/** All records of all databases, with their bytes. */
async function databases() {
  const all = [];
  for (const { name, version } of await indexedDB.databases()) {
    const database = await settled(indexedDB.open(name, version));
    for (const store of database.objectStoreNames) {
      const objects = database.transaction(store).objectStore(store);
      for (const value of [...(await settled(objects.getAll())), ...(await settled(objects.getAllKeys()))]) all.push([`database ${name}/${store}`, await flat(value)]);
    }
    database.close();
  }
  return all;
}

const settled = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** A record as text: bytes as characters. */
async function flat(value) {
  if (value instanceof Blob) return Buffer.from(await value.arrayBuffer()).toString("latin1");
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString("latin1");
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1");
  if (typeof value !== "object" || value === null) return String(value);
  const parts = await Promise.all(Object.entries(value).map(async ([name, field]) => `${name}=${await flat(field)}`));
  return parts.join(";");
}

test("the search would find the key, however it is written", () => {
  const forms = [KEY, `Bearer ${KEY}`, Buffer.from(`Bearer ${KEY}`).toString("base64"), Buffer.from(`x-api-key: ${KEY}`).toString("base64url"), encodeURIComponent(`a b ${KEY}`), [...KEY].reverse().join(""), Buffer.from(KEY, "utf16le"), KEY.slice(0, 20), Buffer.from(KEY).toString("hex")];
  for (const form of forms) assert.ok(keysIn(form).length > 0, String(form));
  assert.ok(NEEDLES.every((needle) => needle.length >= 12), NEEDLES.join(" "));
  assert.ok(keysIn(shown(new Error("x", { cause: { headers: { a: KEY } } }))).length > 0);
});

const WAYS = {
  "as apiKey": { apiKey: KEY },
  "in a header": { headers: { "X-Api-Key": KEY } },
  "by a function": { headers: async () => ({ Authorization: `Bearer ${KEY}` }) },
};

for (const [way, credentials] of Object.entries(WAYS)) {
  test(`a key given ${way} is in nothing that is told, kept, exported or logged`, async (t) => {
    const { createLinkedAssistant } = await import("../dist/linked-assistant.js");
    const evidence = new Evidence();
    listenToConsole(t, evidence);
    const endpoint = { baseURL: echo.baseURL, model: "qwen-scripted", timeouts: { firstByteMs: 300, stallMs: 300 }, ...credentials };
    const qa = await createLinkedAssistant({ worker: false, endpoint, transcript: true, storage: { kind: "auto", name: `secrets ${way}` } });
    t.after(() => qa.dispose());
    for (const type of ["storage", "documents", "sessions", "restart"]) qa.addEventListener(type, ({ detail }) => evidence.keep(`event ${type}`, shown(detail)));
    for (const [name, text] of [["lease.md", LEASE], ["handbook.md", HANDBOOK]]) await qa.documents.add({ name, bytes: bytes(text) }).done;
    const { id: session } = await qa.sessions.create();

    const follow = async (run, what) => {
      const retried = new Promise((resolve) => void (async () => {
        for await (const event of run) {
          evidence.keep(`run ${what} event`, shown(event));
          // What would be tried again has told what it has to tell.
          if (event.type === "retry" && what.startsWith("failing")) resolve(run.abort());
        }
      })().catch(() => {}));
      const result = run.result.then((answer) => evidence.keep(`answer ${what}`, shown(answer)), (error) => evidence.keep(`error ${what}`, `${shown(error)} ${shown(error.toJSON?.() ?? "")}`));
      await Promise.race([retried.then(() => result), result]);
      await run.transcript?.().then((line) => evidence.keep(`transcript ${what}`, line), () => {});
    };
    for (const level of ["retrieve", "read", "reason", "chat", "auto"]) await follow(qa.ask(QUESTION, { level, session }), `level ${level}`);
    const failures = [401, 403, 404, 400, 429, 500, 503, "stream", "silence", { status: 401, type: "text/plain", body: `no: ${KEY}` }, { status: 500, type: "text/html", body: `<p>${KEY}</p>` }, { status: 400, type: "application/json", body: JSON.stringify([{ error: { message: "x ".repeat(190) + KEY } }]) }];
    for (const mode of failures) {
      echo.state.modes = [mode];
      await follow(qa.ask(QUESTION, { level: "chat", session }), `failing ${JSON.stringify(mode)}`);
      echo.state.modes = [];
    }
    // Where one of many parts fails, that is a warning.
    echo.state.modes = [undefined, 401];
    await follow(qa.ask("What does the lease say about crocodiles?", { level: "read", session }), "failing part");
    echo.state.modes = [];
    assert.ok(echo.state.keys > 0, "the key was sent");
    echo.state.keys = 0;

    evidence.keep("library", await qa.library.export());
    for (const format of ["json", "markdown"]) evidence.keep(`session as ${format}`, await qa.sessions.export(session, format));
    evidence.keep("sessions", shown([await qa.sessions.list(), await qa.sessions.get(session)]));
    evidence.keep("documents", shown(await qa.documents.list()));
    evidence.keep("storage state", shown(await qa.storage.estimate()));
    evidence.keep("estimate", shown(await qa.estimate(QUESTION, { level: "read" })));
    evidence.keep("the assistant itself", shown(qa));
    for (const [name, record] of await databases()) evidence.keep(name, record);
    evidence.assertClean("answer level reason", "error failing 401", "transcript level retrieve", "library", "session as json", "database", "event documents");
  });
}

test("addresses with a password are refused or tell nothing of it", async (t) => {
  const { createAssistant } = await import("../dist/index.js");
  const evidence = new Evidence();
  listenToConsole(t, evidence);
  const address = new URL(echo.baseURL);
  address.username = "user";
  address.password = KEY;
  const ask = async () => {
    const qa = await createAssistant({ endpoint: { baseURL: address.href, model: "m" }, level: "chat" });
    t.after(() => qa.dispose());
    return qa.ask(QUESTION).result;
  };
  await ask().then((answer) => evidence.keep("outcome", shown(answer)), (error) => evidence.keep("outcome", shown(error)));
  evidence.assertClean("outcome");
});

test("the command prints no key and writes none", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "qwen-agent-secrets-"));
  t.after(() => rm(folder, { recursive: true }));
  const evidence = new Evidence();
  await writeFile(join(folder, "lease.md"), LEASE);
  const index = join(folder, "lease.qai");
  const env = { QWEN_API_KEY: KEY, QWEN_BASE_URL: echo.baseURL, QWEN_MODEL: "qwen-scripted", XDG_CACHE_HOME: join(folder, "cache") };
  const command = async (args, modes = []) => {
    echo.state.modes = modes;
    const { stdout, stderr } = await run(args, { env, cwd: folder });
    evidence.keep(`command ${args.join(" ")}`, `${stdout}\n${stderr}`);
  };
  await command(["inspect", "lease.md", "--json"]);
  await command(["index", "lease.md", "-o", index]);
  await command(["search", index, "notice", "--json", "--why"]);
  await command(["ask", "--index", index, QUESTION, "--level", "read", "--transcript", join(folder, "lines.jsonl")]);
  await command(["ask", "--index", index, QUESTION, "--json", "--level", "chat"], [401]);
  await command(["ask", "--index", index, QUESTION, "--level", "chat"], ["stream"]);
  echo.state.modes = [];
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  for (const file of files) evidence.keep(`file ${file.name}`, await readFile(join(file.parentPath ?? file.path, file.name)));
  evidence.assertClean("command inspect", "command ask", "file lease.qai", "file lines.jsonl");
});

test("the proxy's replies and reports have no key", async () => {
  const { createProxy } = await import("../dist/proxy/index.js");
  const evidence = new Evidence();
  const proxy = createProxy({ baseURL: echo.baseURL, apiKey: KEY, models: ["qwen-scripted"], allowPrograms: true, onProblem: (problem) => evidence.keep("report", shown(problem)), timeouts: { firstByteMs: 300 } });
  const body = JSON.stringify({ model: "qwen-scripted", stream: true, messages: [{ role: "user", content: "Say something." }] });
  for (const mode of [undefined, 401, 403, 429, 500, "stream", "silence", { status: 502, type: "text/html", body: KEY }]) {
    echo.state.modes = [mode];
    const response = await proxy(new Request("https://site.example/api/qwen/chat/completions", { method: "POST", headers: { "content-type": "application/json" }, body }));
    evidence.keep(`reply ${JSON.stringify(mode)}`, `${response.statusText} ${JSON.stringify([...response.headers])} ${await response.text().catch(shown)}`);
  }
  echo.state.modes = [];
  evidence.assertClean("report", "reply 401", 'reply "stream"');
});
