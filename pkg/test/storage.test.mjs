// Stored libraries over a database in memory and the real wasm: reloads, two tabs, failures.
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { afterEach, before, beforeEach, test } from "node:test";
import { IDBFactory } from "fake-indexeddb";
import { createLinkedAssistant } from "../dist/linked-assistant.js";
import { plan } from "../dist/storage/plan.js";
import { requireBuilt } from "../test-support/built.mjs";
import { bytes, collect, later, rejectsWith } from "../test-support/helpers.mjs";

const open = new Set();
let fresh = 0;

before(requireBuilt);
beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(async () => {
  for (const qa of open) await qa.dispose();
  open.clear();
});

/** What has been told, beside the assistant. */
async function assistant(name = `test ${fresh}`, more = {}) {
  const qa = await createLinkedAssistant({ worker: false, storage: { kind: "auto", name, ...more } });
  open.add(qa);
  const told = [];
  qa.addEventListener("storage", ({ detail }) => told.push(detail));
  const changes = [];
  qa.addEventListener("documents", ({ detail }) => changes.push(Object.values(detail).join(" ")));
  return { qa, told, changes };
}

const add = (qa, name, text = `The ${name} has words of its own.`) => qa.documents.add({ name, bytes: bytes(text) }).done;
const ids = async (qa) => (await qa.documents.list()).map(({ id }) => id);
const until = async (condition) => {
  for (let i = 0; i < 200 && !(await condition()); i++) await later(10);
  assert.ok(await condition(), String(condition));
};

/** Works on a database of the browser as no assistant does. */
async function inDatabase(name, work) {
  const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const transaction = database.transaction([...database.objectStoreNames], "readwrite");
  const over = new Promise((resolve) => (transaction.oncomplete = resolve));
  const requests = work((store) => transaction.objectStore(store));
  await over;
  database.close();
  return requests?.map?.(({ result }) => result);
}

test("documents are there again, in their order, with their files, and export to the same bytes", async () => {
  const name = `n${fresh++}`;
  const { qa } = await assistant(name);
  const job = qa.documents.add({ name: "a.txt", bytes: bytes("The wombat digs.") });
  const phases = (await collect(job)).map(({ phase }) => phase);
  assert.equal(phases.at(-1), "store");
  await add(qa, "b.txt", "The narwhal sings.");
  await add(qa, "c.txt");
  await add(qa, "a.txt", "The wombat sleeps.");
  assert.equal(await qa.documents.remove("c.txt"), true);
  assert.equal(await qa.documents.remove("c.txt"), false);
  const exported = await qa.library.export();
  const listed = await qa.documents.list();
  await qa.dispose();

  const { qa: again, told } = await assistant(name);
  assert.deepEqual(await again.documents.list(), listed);
  assert.deepEqual(listed.map(({ id }) => id), ["b.txt", "a.txt"]);
  assert.deepEqual(Buffer.from(await again.library.export()), Buffer.from(exported));
  assert.match((await again.search("wombat"))[0].text, /sleeps/);
  assert.deepEqual(await again.search("digs"), []);
  const original = await again.documents.original("a.txt");
  assert.equal(await original.text(), "The wombat sleeps.");
  assert.equal(await again.documents.original("c.txt"), undefined);
  assert.equal((await again.storage.estimate()).kind, "indexeddb");
  assert.deepEqual(told.filter(({ kind }) => kind !== "alone"), []);
});

test("a failed or stopped document leaves nothing", async () => {
  const name = `n${fresh++}`;
  const { qa } = await assistant(name);
  await rejectsWith(add(qa, "empty.txt", ""), "read.empty");
  const job = qa.documents.add({ name: "a.txt", bytes: bytes("text") });
  job.abort();
  await rejectsWith(job.done, "aborted");
  await add(qa, "b.txt");
  await qa.dispose();
  assert.deepEqual(await ids((await assistant(name)).qa), ["b.txt"]);
});

test("a document is removed while a long one is read, and imports take their turn", async () => {
  const name = `n${fresh++}`;
  const { qa } = await assistant(name);
  await add(qa, "a.txt");
  const order = [];
  const job = qa.documents.add({ name: "long.txt", bytes: bytes("Many words make a long text. ".repeat(40_000)) });
  await Promise.all([job.done.then(() => order.push("added")), qa.documents.remove("a.txt").then(() => order.push("removed"))]);
  assert.deepEqual(order, ["removed", "added"]);
  assert.deepEqual(await ids(qa), ["long.txt"]);
});

test("two tabs see each other's documents, and both may add", async () => {
  const name = `n${fresh++}`;
  const { qa: one, changes } = await assistant(name);
  const { qa: two } = await assistant(name);
  await add(one, "a.txt", "The wombat digs.");
  await until(async () => (await ids(two)).length === 1);
  await Promise.all([add(two, "b.txt"), add(one, "c.txt"), add(two, "d.txt")]);
  await until(async () => (await ids(one)).length === 4 && (await ids(two)).length === 4);
  assert.deepEqual(await ids(one), await ids(two));
  assert.deepEqual(Buffer.from(await one.library.export()), Buffer.from(await two.library.export()));
  assert.match((await two.search("wombat"))[0].text, /digs/);
  assert.equal(await (await two.documents.original("a.txt")).text(), "The wombat digs.");
  await add(two, "a.txt", "The wombat sleeps.");
  await until(async () => (await one.search("sleeps")).length === 1);
  assert.deepEqual(await ids(one), await ids(two));
  await two.documents.remove("b.txt");
  await until(async () => (await ids(one)).length === 3);
  assert.ok(changes.includes("removed b.txt") && changes.includes("added d.txt"), changes.join());
});

test("an import takes the place of what is stored; clear() removes it, in the other tab, too", async () => {
  const name = `n${fresh++}`;
  const { qa } = await assistant(name);
  for (let n = 0; n < 12; n++) await add(qa, `${n}.txt`);
  const exported = await qa.library.export();
  const { qa: other } = await assistant(`n${fresh++}`);
  await add(other, "old.txt");
  const { qa: follower } = await assistant(`n${fresh - 1}`);
  await rejectsWith(other.library.import(bytes("no index")), "index.foreign");
  assert.deepEqual(await ids(other), ["old.txt"]);
  await other.library.import(exported);
  await until(async () => (await ids(follower)).length === 12);
  assert.deepEqual(Buffer.from(await follower.library.export()), Buffer.from(exported));
  assert.equal(await other.documents.original("0.txt"), undefined);
  await other.storage.clear();
  assert.deepEqual(await ids(other), []);
  await until(async () => (await ids(follower)).length === 0);
  await other.dispose();
  assert.deepEqual(await ids((await assistant(`n${fresh - 1}`)).qa), []);
  assert.equal((await ids(qa)).length, 12);
});

test("in quiet moments small parts become one, what was removed goes, and nothing else changes", async () => {
  const name = `n${fresh++}`;
  const { qa } = await assistant(name);
  for (let n = 0; n < 20; n++) await add(qa, `${n}.txt`, n === 7 ? "a secret" : `This is number ${n}.`);
  await qa.documents.remove("7.txt");
  const parts = async () => (await inDatabase(`${name}-library`, (store) => [store("parts").getAll(), store("bytes").getAll()]));
  assert.equal((await parts())[0].length, 19);
  await until(async () => (await parts())[0].length === 1);
  await qa.documents.remove("9.txt");
  await until(async () => (await parts())[0][0].documents.length === 18);
  const [, [{ bytes: left }]] = await parts();
  assert.ok(!Buffer.from(left).includes("number 9") && Buffer.from(left).includes("number 8"));
  const exported = await qa.library.export();
  await qa.dispose();
  assert.deepEqual(Buffer.from(await (await assistant(name)).qa.library.export()), Buffer.from(exported));
});

test("a document for which there is no room fails with advice, and leaves nothing", async (t) => {
  const name = `n${fresh++}`;
  const { qa, told } = await assistant(name);
  await add(qa, "a.txt");
  const { put } = IDBObjectStore.prototype;
  t.after(() => (IDBObjectStore.prototype.put = put));
  IDBObjectStore.prototype.put = function (...args) {
    if (this.name === "bytes") throw new DOMException("full", "QuotaExceededError");
    return put.apply(this, args);
  };
  await rejectsWith(add(qa, "b.txt"), "storage.quota");
  IDBObjectStore.prototype.put = put;
  assert.deepEqual(await ids(qa), ["a.txt"]);
  assert.match(told.find(({ kind }) => kind === "quota").message, /remove documents/);
  await add(qa, "c.txt");
  await qa.dispose();
  assert.deepEqual(await ids((await assistant(name)).qa), ["a.txt", "c.txt"]);
});

test("where there is no database, documents are in memory, with their files, and that is told", async (t) => {
  const real = globalThis.indexedDB;
  t.after(() => (globalThis.indexedDB = real));
  for (const broken of [undefined, { open() { throw new DOMException("denied", "SecurityError"); } }]) {
    globalThis.indexedDB = broken;
    const { qa, told } = await assistant("any");
    await until(async () => told.length > 0);
    assert.equal(told[0].kind, "unavailable");
    await add(qa, "a.txt", "kept here");
    assert.deepEqual(await ids(qa), ["a.txt"]);
    assert.equal(await (await qa.documents.original("a.txt")).text(), "kept here");
    assert.equal((await qa.storage.estimate()).kind, "memory");
    await qa.storage.clear();
    assert.deepEqual(await ids(qa), []);
    assert.equal(await qa.documents.original("a.txt"), undefined);
  }
  const { qa, told } = await assistant("any", { kind: "memory" });
  await later(20);
  assert.deepEqual(told, []);
  assert.equal((await qa.storage.estimate()).kind, "memory");
});

test("what a newer version stored is an error, and is left alone", async () => {
  const name = `n${fresh++}`;
  const { qa } = await assistant(name);
  await add(qa, "a.txt");
  await qa.dispose();
  await inDatabase(`${name}-library`, (store) => void store("state").put({ version: 2, more: true }, "state"));
  await rejectsWith(assistant(name), "storage.newer");
  const [state, parts] = await inDatabase(`${name}-library`, (store) => [store("state").get("state"), store("parts").count()]);
  assert.deepEqual([state, parts], [{ version: 2, more: true }, 1]);
  await new Promise((resolve) => (indexedDB.open("later-library", 2).onsuccess = ({ target }) => resolve(target.result.close())));
  await rejectsWith(assistant("later"), "storage.newer");
});

test("what is damaged is read again from its file; without one, it is told and left alone", async () => {
  const name = `n${fresh++}`;
  const { qa } = await assistant(name);
  for (const id of ["a.txt", "b.txt", "c.txt"]) await qa.documents.add({ name: id, title: `Title of ${id}`, bytes: bytes(`text of ${id}`) }).done;
  await qa.dispose();
  const damage = (...numbers) => inDatabase(`${name}-library`, (store) => numbers.forEach((number) => store("bytes").put({ version: 1, number, bytes: bytes("no index") })));
  await damage(0);
  const { qa: again, told, changes } = await assistant(name);
  await until(async () => (await ids(again)).length === 3);
  assert.deepEqual(changes, ["added a.txt"]);
  assert.equal((await again.documents.list()).at(-1).title, "Title of a.txt");
  assert.match((await again.documents.page("a.txt", 1)).text, /text of a/);
  assert.deepEqual(told.filter(({ kind }) => kind === "damaged"), []);
  await again.dispose();

  await damage(1);
  await inDatabase(`${name}-library`, (store) => void store("originals").delete(1));
  const { qa: third, told: toldThen } = await assistant(name);
  await until(async () => toldThen.some(({ kind }) => kind === "damaged"));
  assert.deepEqual(toldThen.find(({ kind }) => kind === "damaged").documents, ["b.txt"]);
  await add(third, "d.txt");
  assert.equal((await inDatabase(`${name}-library`, (store) => [store("parts").count()]))[0], 4);
  await add(third, "b.txt", "once more");
  await third.dispose();
  const { qa: fourth } = await assistant(name);
  assert.deepEqual(await ids(fourth), ["c.txt", "a.txt", "d.txt", "b.txt"]);
  await fourth.dispose();

  await damage(2);
  await inDatabase(`${name}-library`, (store) => void store("originals").delete(2));
  const { qa: fifth } = await assistant(name);
  assert.deepEqual(await ids(fifth), ["a.txt", "d.txt", "b.txt"]);
  assert.equal(await fifth.documents.remove("c.txt"), true, "what cannot be read can be removed");
  assert.equal(await fifth.documents.remove("c.txt"), false);
  assert.equal((await inDatabase(`${name}-library`, (store) => [store("parts").count()]))[0], 3);
});

test("what the browser has deleted is stored again with the next change", async () => {
  const name = `n${fresh++}`;
  const { qa, told } = await assistant(name);
  await add(qa, "a.txt");
  await add(qa, "b.txt");
  await new Promise((resolve) => (indexedDB.deleteDatabase(`${name}-library`).onsuccess = resolve));
  await add(qa, "c.txt");
  assert.deepEqual(told.filter(({ kind }) => kind !== "alone").map(({ kind }) => kind), ["evicted"]);
  const exported = await qa.library.export();
  await qa.dispose();
  const { qa: again } = await assistant(name);
  assert.deepEqual(await ids(again), ["a.txt", "b.txt", "c.txt"]);
  assert.deepEqual(Buffer.from(await again.library.export()), Buffer.from(exported));
});

test("a connection that the browser closes is opened again, once", async () => {
  const name = `n${fresh++}`;
  const { qa } = await assistant(name);
  await add(qa, "a.txt");
  const { transaction } = IDBDatabase.prototype;
  let failures = 1;
  IDBDatabase.prototype.transaction = function (...args) {
    if (failures-- > 0) throw new DOMException("Connection to Indexed Database server lost", "UnknownError");
    return transaction.apply(this, args);
  };
  try {
    await add(qa, "b.txt");
    failures = 1000;
    await rejectsWith(add(qa, "c.txt"), "storage.unavailable");
    assert.equal(failures, 998);
  } finally {
    IDBDatabase.prototype.transaction = transaction;
  }
  assert.deepEqual(await ids(qa), ["a.txt", "b.txt"]);
});

test("parts are merged while there are many, by size, and never across one that cannot be read", () => {
  const part = (number, size, removed = false) => ({ version: 1, number, size, documents: [{ id: `${number}`, serial: number }, ...(removed ? [{ id: "r", serial: 0, removed }] : [])], ids: [`${number}`] });
  const numbers = (...args) => plan(...args).map((run) => run.map(({ number }) => number));
  const small = Array.from({ length: 9 }, (_, n) => part(n, 100));
  assert.deepEqual(numbers(small.slice(0, 7)), []);
  assert.deepEqual(numbers(small), [[0, 1, 2, 3, 4, 5, 6, 7, 8]]);
  assert.deepEqual(numbers([part(-1, 1e6), ...small]), [[0, 1, 2, 3, 4, 5, 6, 7, 8]]);
  assert.deepEqual(numbers(small, new Set([8])), [[0, 1, 2, 3, 4, 5, 6, 7]]);
  assert.deepEqual(numbers(small, new Set([4])), []);
  assert.deepEqual(numbers([part(0, 100, true), part(1, 20e6, true), part(2, 5)]), [[0], [1]]);
  const many = Array.from({ length: 100 }, (_, n) => part(n, 1 << 20));
  assert.ok(plan(many).every((run) => run.reduce((sum, { size }) => sum + size, 0) <= 16 << 20));
  assert.equal(plan(many).flat().length, 100);
});
