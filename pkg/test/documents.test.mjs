// Adding, cancelling and listing documents, over the fake modules.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assistantHere, bytes, collect, file, later, rejectsWith } from "../test-support/helpers.mjs";

const ids = async (qa) => (await qa.documents.list()).map(({ id }) => id);

test("a document is added with progress by phases, then listed, searched and shown", async () => {
  const { qa, fake } = await assistantHere();
  const job = qa.documents.add(file("a.txt", "wombat"));
  const phases = new Set((await collect(job)).map(({ phase }) => phase));
  const info = await job.done;
  assert.deepEqual([...phases], ["read", "chunk", "index"]);
  assert.equal(info.id, "a.txt");
  assert.equal((await qa.search("wombat"))[0].documentId, "a.txt");
  assert.equal((await qa.documents.page("a.txt", 1)).text, "wombat");
  assert.equal(await qa.documents.page("a.txt", 2), undefined);
  assert.equal((await qa.documents.chunks("a.txt")).length, 1);
  assert.ok(!fake.log.includes("readers") && !fake.log.includes("pdf"), "plain text needs no readers");
});

test("a PDF loads the pdf module, and text that turns out not to be UTF-8 the readers", async () => {
  for (const [name, module] of [["a.pdf", "pdf"], ["a.legacy", "readers"]]) {
    const { qa, fake } = await assistantHere();
    await qa.documents.add(file(name)).done;
    assert.deepEqual(fake.log.filter((entry) => entry !== "save"), [module, `read ${name}`]);
    assert.equal(fake.live.size, 1, "only the library is left");
  }
});

test("a PDF that needs character maps is read again by the module that has them", async () => {
  const { qa, fake } = await assistantHere();
  await qa.documents.add(file("cjk.pdf")).done;
  assert.deepEqual(fake.log.filter((entry) => entry !== "save"), ["pdf", "pdf-cjk", "read cjk.pdf"]);
  assert.equal(fake.live.size, 1, "only the library is left");
});

test("pages without text are recognized by the page, and only by it", async () => {
  const { qa } = await assistantHere();
  const seen = [];
  const ocr = async ({ page, file, signal }) => {
    seen.push([page, file.size, signal.aborted]);
    return page === 2 ? "a wombat" : " ";
  };
  await qa.documents.add(file("scan.pdf", "1234"), { ocr }).done;
  assert.deepEqual(seen, [[2, 4, false], [5, 4, false]]);
  assert.equal((await qa.documents.page("scan.pdf", 1)).text, JSON.stringify({ 2: "a wombat" }));
  const failing = qa.documents.add(file("scan2.pdf"), { ocr: () => Promise.reject(new Error("no model")) });
  await assert.rejects(failing.done, /no model/);
  assert.deepEqual(await ids(qa), ["scan.pdf"]);
});

test("what recognizes every document is asked where its own options have nothing else", async () => {
  const asked = [];
  const { qa } = await assistantHere({ ocr: ({ page }) => `standing ${asked.push(page)}` });
  await qa.documents.add(file("scan.pdf")).done;
  assert.deepEqual(asked, [2, 5]);
  await qa.documents.add(file("scan2.pdf"), { ocr: () => "own" }).done;
  assert.deepEqual(asked, [2, 5]);
  assert.match((await qa.documents.page("scan2.pdf", 1)).text, /own/);
});

test("a password reaches the reader, and its absence is an error", async () => {
  const { qa, fake } = await assistantHere();
  await rejectsWith(qa.documents.add(file("a.secret")).done, "read.encrypted");
  await qa.documents.add(file("a.secret"), { password: "open" }).done;
  assert.equal(fake.live.size, 1);
});

test("a failed document leaves nothing, and fails at the iterator and at done", async () => {
  const { qa, fake } = await assistantHere();
  const job = qa.documents.add(file("damaged.txt"));
  await rejectsWith(collect(job), "read.damaged");
  await rejectsWith(job.done, "read.damaged");
  assert.deepEqual(await ids(qa), []);
  assert.equal(fake.live.size, 1);
});

test("nothing is unhandled when nobody looks at a failing job or run", async () => {
  const { qa } = await assistantHere();
  qa.documents.add(file("damaged.txt"));
  qa.ask("");
  await later(50);
});

test("cancelling is heard in the middle of a long document, which leaves nothing", async () => {
  const { qa, fake } = await assistantHere();
  const controller = new AbortController();
  const job = qa.documents.add(file("slow.txt"), { signal: controller.signal });
  const seen = [];
  await rejectsWith((async () => {
    for await (const progress of job) {
      assert.ok(!controller.signal.aborted, "no progress after the abort");
      seen.push(progress);
      if (progress.done > 20) controller.abort();
    }
  })(), "aborted");
  await rejectsWith(job.done, "aborted");
  assert.ok(seen.at(-1).done < 1000);
  assert.deepEqual(await ids(qa), []);
  assert.equal(fake.live.size, 1);
});

test("a job that waits its turn can be cancelled before it begins", async () => {
  const { qa } = await assistantHere();
  const first = qa.documents.add(file("slow-1.txt"));
  const second = qa.documents.add(file("second.txt"));
  second.abort();
  await rejectsWith(second.done, "aborted");
  first.abort();
  await rejectsWith(first.done, "aborted");
  assert.deepEqual(await ids(qa), []);
});

test("a question is answered while a long document is being read", async () => {
  const { qa } = await assistantHere();
  const job = qa.documents.add(file("slow.txt"));
  await qa.ask("who").result;
  assert.deepEqual(await ids(qa), [], "the document is still on its way");
  job.abort();
});

test("blobs, files and buffers are added under their names, and the caller's buffer stays", async () => {
  const { qa } = await assistantHere();
  const data = bytes("kept");
  await qa.documents.add({ name: "bytes.txt", bytes: data, title: "Bytes" }).done;
  assert.equal(data.byteLength, 4);
  await qa.documents.add(new File(["x"], "file.txt")).done;
  await qa.documents.add(new Blob(["x"]), { name: "blob.txt", id: "blob" }).done;
  assert.deepEqual(await ids(qa), ["bytes.txt", "file.txt", "blob"]);
  assert.equal((await qa.documents.list())[0].title, "Bytes");
});

test("what cannot be added says what to do", async () => {
  const { qa } = await assistantHere();
  await rejectsWith(qa.documents.add(new Blob(["x"])).done, "usage");
  await rejectsWith(qa.documents.add("just some words").done, "usage");
  await rejectsWith(qa.documents.add(new URL("file:///etc/hosts")).done, "usage");
  await rejectsWith(qa.documents.add(42).done, "usage");
  await rejectsWith(qa.documents.add(file("empty.txt", "")).done, "read.empty");
});

test("a library is exported, and imported in place of another", async () => {
  const { qa, fake } = await assistantHere();
  await qa.documents.add(file("a.txt")).done;
  const exported = await qa.library.export();
  await qa.documents.add(file("b.txt")).done;
  const changes = [];
  qa.addEventListener("documents", (event) => changes.push(event.detail));
  const documents = await qa.library.import(new Blob([exported]));
  assert.deepEqual(documents.map(({ id }) => id), ["a.txt"]);
  assert.equal(fake.live.size, 1, "the replaced library is freed");
  await rejectsWith(qa.library.import(bytes("?")), "index.foreign");
  assert.deepEqual(await ids(qa), ["a.txt"]);
  assert.equal(await qa.documents.remove("a.txt"), true);
  assert.equal(await qa.documents.remove("a.txt"), false);
  assert.deepEqual(changes, [{ change: "imported" }, { change: "removed", id: "a.txt" }]);
});

/** Runs `work` with `fetch` replaced; the addresses that were asked for. */
async function withFetch(answer, work) {
  const { fetch } = globalThis;
  const asked = [];
  globalThis.fetch = async (url) => {
    asked.push(String(url));
    return answer();
  };
  try {
    await work();
  } finally {
    globalThis.fetch = fetch;
  }
  return asked;
}

test("an address is fetched, and is the document's id", async () => {
  const { qa } = await assistantHere();
  const asked = await withFetch(() => new Response("a wombat"), async () => {
    const info = await qa.documents.add("https://example.org/notes%20b.txt?v=2").done;
    assert.equal(info.id, "https://example.org/notes%20b.txt?v=2");
  });
  assert.deepEqual(asked, ["https://example.org/notes%20b.txt?v=2"]);
});

test("a server that does not allow the page is told of with the option that helps", async () => {
  const { qa } = await assistantHere();
  const blocked = () => Promise.reject(new TypeError("Failed to fetch"));
  await withFetch(blocked, async () => {
    const error = await qa.documents.add("https://example.org/a").done.catch((error) => error);
    assert.equal(error.code, "read.fetch");
    assert.match(error.message, /https:\/\/example\.org\/a.*CORS.*options\.proxy/);
    const through = await qa.documents.add("https://example.org/a", { proxy: "https://site.test/get?u=" }).done.catch((error) => error);
    assert.match(through.message, /through https:\/\/site\.test\/get/);
  });
  assert.deepEqual(await ids(qa), []);
});

test("a proxy of the site fetches in place of the page", async () => {
  const { qa } = await assistantHere();
  const asked = await withFetch(() => new Response("a wombat"), async () => {
    await qa.documents.add("https://example.org/a?b=$&", { proxy: "https://site.test/{url}/text" }).done;
    await qa.documents.add("https://example.org/c", { proxy: "https://site.test/get?u=" }).done;
  });
  assert.deepEqual(asked, ["https://site.test/https%3A%2F%2Fexample.org%2Fa%3Fb%3D%24%26/text", "https://site.test/get?u=https%3A%2F%2Fexample.org%2Fc"]);
  assert.deepEqual(await ids(qa), ["https://example.org/a?b=$&", "https://example.org/c"]);
});

test("a document is read without being added, and what it took is freed, also when that fails", async () => {
  const { qa, fake } = await assistantHere();
  assert.deepEqual(await qa.documents.read(bytes("wombat"), { name: "a.txt" }), { text: "wombat", warnings: [] });
  assert.equal((await qa.documents.read(file("a.pdf", "koala"))).text, "koala");
  await rejectsWith(qa.documents.read(file("a.secret")), "read.encrypted");
  assert.equal((await qa.documents.read(file("a.secret"), { password: "open" })).text, "text of a.secret");
  await rejectsWith(qa.documents.read(file("damaged.txt")), "read.damaged");
  const controller = new AbortController();
  const slow = qa.documents.read(file("slow.txt"), { signal: controller.signal });
  setTimeout(() => controller.abort(), 1);
  await rejectsWith(slow, "aborted");
  await later(50);
  assert.deepEqual(await ids(qa), []);
  assert.equal(fake.live.size, 1, "only the library is left");
});
