// A worker that dies: nothing hangs, a new one takes over, and the library is the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createLinkedAssistant } from "../dist/linked-assistant.js";
import { serveRanges } from "../test-support/range-server.mjs";
import { assistantHere, assistantInThread, file, later, rejectsWith } from "../test-support/helpers.mjs";

const ids = async (qa) => (await qa.documents.list()).map(({ id }) => id);

for (const [question, code] of [["panic", "internal.panic"], ["task-panic", "internal.panic"], ["exit", "worker.died"]]) {
  test(`"${question}": what is under way fails, the next call works, and no document is lost`, async (t) => {
    const { qa, threads } = await assistantInThread();
    t.after(() => qa.dispose());
    const restarts = [];
    qa.addEventListener("restart", (event) => restarts.push(event.detail));
    await qa.documents.add(file("saved.txt")).done;
    await later(100);
    await qa.documents.add(file("gone.txt")).done;
    await qa.documents.add(file("a.pdf")).done;
    await qa.documents.remove("gone.txt");

    const other = qa.ask("hang");
    await later(20);
    const dying = qa.ask(question);
    await rejectsWith(dying.result, code);
    await rejectsWith(other.result, code);
    assert.deepEqual(await ids(qa), ["saved.txt", "a.pdf"]);
    assert.equal(threads.length, 2);
    assert.deepEqual(restarts.map(({ error, lost }) => [error.code, lost]), [[code, []]]);
  });
}

test("a file that makes the reader panic is not tried again, and others stay", async (t) => {
  const { qa } = await assistantInThread();
  t.after(() => qa.dispose());
  await qa.documents.add(file("good.txt")).done;
  await rejectsWith(qa.documents.add(file("panic.txt")).done, "internal.panic");
  assert.deepEqual(await ids(qa), ["good.txt"]);
  await later(100);
  await rejectsWith(qa.documents.add(file("panic.txt")).done, "internal.panic");
  assert.deepEqual(await ids(qa), ["good.txt"]);
});

test("an imported library survives, too", async (t) => {
  const { qa } = await assistantInThread();
  t.after(() => qa.dispose());
  await qa.documents.add(file("a.txt")).done;
  const exported = await qa.library.export();
  await qa.documents.remove("a.txt");
  await qa.library.import(exported);
  await rejectsWith(qa.ask("panic").result, "internal.panic");
  assert.deepEqual(await ids(qa), ["a.txt"]);
});

test("an opened index is opened again, and what was taken out of it stays out", async (t) => {
  const { qa } = await assistantInThread();
  const info = (id) => [id, { info: { id, pages: 1, chunks: 1, tokens: 1, characters: 1, warnings: [] }, text: id }];
  const server = await serveRanges(Buffer.from(JSON.stringify([info("one"), info("two")])), "none");
  t.after(async () => {
    await qa.dispose();
    await server.stop();
  });
  await qa.documents.add(file("own.txt")).done;
  await qa.library.open(server.url);
  await qa.documents.remove("two");
  await later(100);
  await rejectsWith(qa.ask("panic").result, "internal.panic");
  assert.deepEqual((await ids(qa)).sort(), ["one", "own.txt"]);
  await qa.library.close();
  await rejectsWith(qa.ask("panic").result, "internal.panic");
  assert.deepEqual(await ids(qa), ["own.txt"]);
});

test("without a worker to replace, calls keep failing and say so", async () => {
  const { qa } = await assistantHere();
  await rejectsWith(qa.ask("panic").result, "internal.panic");
  await rejectsWith(qa.documents.list(), "internal.panic");
});

test("a worker that does not start is passed over for the next way", async (t) => {
  const { qa: sample } = await assistantInThread();
  await sample.dispose();
  const started = [];
  const failing = { replaceable: true, start: async () => { started.push("failing"); throw new Error("SecurityError"); } };
  await rejectsWith(createLinkedAssistant({}, { ways: [failing, failing], loadModule: async () => new ArrayBuffer(0) }), "worker.blocked");
  assert.equal(started.length, 2);
});

test("a worker of another version is refused", async () => {
  const { channelPort } = await import("../dist/ports.js");
  const way = {
    replaceable: true,
    async start() {
      const { port1, port2 } = new MessageChannel();
      port2.postMessage({ kind: "ready", protocol: 99 });
      return channelPort(port1);
    },
  };
  await assert.rejects(createLinkedAssistant({}, { ways: [way], loadModule: async () => new ArrayBuffer(0) }), (error) => error.code === "worker.blocked" && /version/.test(error.message));
});
