// A page that is hostile, or only careless: other scripts have changed what all objects have, there
// are two copies of the widget, a frame sends messages, somebody has been at the storage. And the
// key, in all that a browser keeps.

import assert from "node:assert/strict";
import { test } from "node:test";
import { KEY, keysIn, startEcho } from "../../pkg/test-support/secrets.mjs";
import { startServer } from "../../tests/endpoint/server.mjs";
import { serveFile } from "../server/static.mjs";
import { SLOW_MS } from "./browser.mjs";
import { repository, startUpstream } from "./support.mjs";
import { openWidget } from "./widget.mjs";

const options = { timeout: 2 * SLOW_MS };
const inline = (more = 'storage="memory"') => `<qwen-assistant mode="inline" ${more}></qwen-assistant>`;

/** Asks what stands in the one document. */
async function answers({ page, ready, addText, document: row, ask }, name = "loans.txt") {
  await ready();
  await addText(name, "A loan lasts seven days. A fine is one euro a day.");
  await row(name).waitFor();
  const turn = await ask("How long does a loan last?");
  await page.locator('.turn[data-status="done"]').last().waitFor();
  assert.match(await turn.textContent(), /seven days/);
  return turn;
}

const pollute = (origin) => `
  Object.prototype.extra = "of all objects";
  Object.prototype.endpoint = { baseURL: "${origin}/v1", model: "m" };
  Object.prototype.baseURL = "${origin}/v1";
  Object.prototype.model = "m";
  Object.prototype.headers = { "x-stolen": "1" };
  Object.prototype.apiKey = "k";
  Object.prototype.level = "read";
  Object.prototype.proxy = "${origin}/proxy?";
  Array.prototype.extra = function () {};
  Array.prototype.last = function () { return this[this.length - 1]; };
`;

for (const when of ["before", "after"]) {
  test(`fields that others put on all objects, ${when} it is loaded, change nothing and send nothing elsewhere`, options, async (t) => {
    const evil = await startUpstream(t, (_, response) => response.writeHead(200, { "access-control-allow-origin": "*" }).end("{}"));
    const script = pollute(evil.baseUrl.replace("/v1", ""));
    const opened = await openWidget(t, { body: inline(), before: when === "before" ? script : "" });
    if (when === "after") await opened.page.evaluate(script);
    const turn = await answers(opened);
    assert.match(await turn.textContent(), /Quotes|quote/i);
    assert.deepEqual(evil.seen.map(({ path }) => path), []);
    assert.equal(await opened.page.evaluate(() => ({}).extra), "of all objects");
  });
}

test("two copies of the widget on one page: the first is used, and both elements work", options, async (t) => {
  const copy = (request, response) => serveFile(`${repository}pkg/dist`, request.url.split("?", 1)[0].slice("/copy".length), request, response);
  const files = new Proxy({}, { get: (_, path) => (String(path).startsWith("/copy/") ? copy : undefined) });
  const opened = await openWidget(t, { body: inline(), files });
  const same = await opened.page.evaluate(async () => {
    const first = customElements.get("qwen-assistant");
    const other = await import("/copy/widget/index.js");
    await import("/widget/index.js?again");
    return [first === customElements.get("qwen-assistant"), first !== other.QwenAssistantElement];
  });
  assert.deepEqual(same, [true, true]);
  await answers(opened);
  await opened.page.evaluate(() => {
    document.querySelector("qwen-assistant").remove();
    const element = document.createElement("qwen-assistant");
    element.setAttribute("mode", "inline");
    element.setAttribute("storage", "memory");
    document.querySelector("main").append(element);
  });
  await answers(opened);
  assert.deepEqual(await opened.trouble(), []);
});

test("messages of a foreign frame are heard by nobody", options, async (t) => {
  const frame = `<script>const forged = [{ kind: "ready" }, { kind: "event", id: 1, event: { type: "finish" } }, { id: 1, kind: "done" }, { id: 1, kind: "failed", error: { code: "x", message: "x" } }, { change: "cleared" }, "x", null, [1]];
    for (let id = 0; id < 50; id++) for (const one of forged) parent.postMessage(one && typeof one === "object" && !Array.isArray(one) ? { ...one, id } : one, "*");
    parent.postMessage("over", "*");</script>`;
  // Its policy is its own: it comes from another server.
  const other = await startUpstream(t, (_, response) => response.writeHead(200, { "content-type": "text/html", "cross-origin-resource-policy": "cross-origin" }).end(frame));
  const opened = await openWidget(t, { body: inline(), before: `
    window.listeners = [];
    const add = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (type, ...rest) { if (this === window && type === "message") window.listeners.push(new Error().stack); return add.call(this, type, ...rest); };
  ` });
  await answers(opened, "before.txt");
  await opened.page.evaluate((url) => {
    window.heard = 0;
    window.onmessage = () => (window.heard += 1);
    window.postMessage({ kind: "failed", id: 1 }, "*");
    const element = document.createElement("iframe");
    element.src = url;
    document.body.append(element);
  }, other.baseUrl.replace("/v1", "/frame.html"));
  await opened.page.waitForFunction(() => window.heard > 0);
  await answers(opened, "after.txt");
  // It talks to its worker by a port that nobody else has.
  assert.deepEqual(await opened.page.evaluate(() => window.listeners), []);
});

test("a fetch that somebody has put in place of the browser's sees no question and no key", options, async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const before = `
    window.seen = [];
    const { fetch } = window;
    window.fetch = (...args) => { const request = new Request(...args); window.seen.push(request.url + " " + JSON.stringify([...request.headers])); return fetch(...args); };
    document.querySelector("qwen-assistant").options = { endpoint: { baseURL: ${JSON.stringify(server.baseURL)}, model: "qwen-scripted", apiKey: ${JSON.stringify(KEY)}, dangerouslyAllowBrowser: true } };
  `;
  const opened = await openWidget(t, { body: inline(), before });
  await answers(opened);
  assert.ok(server.state.log.length > 0 && server.state.log.every(({ authorization }) => authorization));
  const seen = await opened.page.evaluate(() => window.seen);
  assert.deepEqual(seen.filter((one) => one.includes(server.baseURL)), []);
  assert.deepEqual(keysIn(seen.join("\n")), []);
});

test("stored documents and files that somebody has changed are refused or read again, and the rest stays", options, async (t) => {
  const opened = await openWidget(t, { body: inline('storage="opfs" name="site"') });
  await answers(opened);
  const changed = await opened.page.evaluate(async () => {
    const settled = (request) => new Promise((resolve, reject) => Object.assign(request, { onsuccess: () => resolve(request.result), onerror: () => reject(request.error) }));
    let count = 0;
    const garbage = new TextEncoder().encode('<script>document.title="changed"</script>'.repeat(50));
    for (const { name } of await indexedDB.databases()) {
      if (!name.endsWith("-library")) continue;
      const database = await settled(indexedDB.open(name));
      const transaction = database.transaction(["bytes"], "readwrite");
      const store = transaction.objectStore("bytes");
      const [keys, values] = [await settled(store.getAllKeys()), await settled(store.getAll())];
      keys.forEach((key, at) => {
        const value = values[at];
        const record = value instanceof ArrayBuffer || ArrayBuffer.isView(value) || value instanceof Blob ? garbage : Object.fromEntries(Object.entries(value).map(([field, one]) => [field, one instanceof ArrayBuffer || ArrayBuffer.isView(one) || one instanceof Blob ? garbage : one]));
        if (store.keyPath) store.put(record);
        else store.put(record, key);
        count += 1;
      });
      await new Promise((resolve) => (transaction.oncomplete = resolve));
      database.close();
    }
    const walk = async (folder) => {
      for await (const entry of folder.values()) {
        if (entry.kind === "directory") await walk(entry);
        else {
          const writer = await entry.createWritable();
          await writer.write(garbage);
          await writer.close();
          count += 1;
        }
      }
    };
    await walk(await navigator.storage.getDirectory());
    return count;
  });
  assert.ok(changed >= 2, `${changed} records and files`);
  await opened.page.reload();
  await opened.ready();
  await answers(opened, "fresh.txt");
  assert.equal(await opened.page.title(), "A site");
  assert.equal(await opened.page.evaluate(() => document.querySelector("qwen-assistant").shadowRoot.querySelectorAll("script, img").length), 0);
});

test("the key is in nothing that the browser keeps, shows or prints", options, async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const echo = await startEcho(server.baseURL);
  t.after(() => echo.stop());
  const before = `
    window.told = [];
    for (const type of ["qa-ready", "qa-run-start", "qa-run-end", "qa-error", "qa-citation-click"]) addEventListener(type, ({ detail: { assistant, error, ...rest } }) => window.told.push(type + JSON.stringify(rest) + (error ? String(error) + error.stack + JSON.stringify(error) + JSON.stringify(error.toJSON?.()) : "")));
    document.querySelector("qwen-assistant").options = { endpoint: { baseURL: ${JSON.stringify(echo.baseURL)}, model: "qwen-scripted", apiKey: ${JSON.stringify(KEY)}, dangerouslyAllowBrowser: true } };
  `;
  // The page's own script has the key, and is no part of what is searched.
  const opened = await openWidget(t, { body: inline('storage="opfs" name="site" level="retrieve"'), before });
  const { page, ask, widget } = opened;
  const printed = [];
  page.on("console", (message) => printed.push(message.text()));
  page.on("pageerror", (error) => printed.push(`${error.message} ${error.stack}`));
  await answers(opened);
  for (const level of ["read", "reason", "chat"]) {
    await widget.evaluate((element, level) => element.setAttribute("level", level), level);
    const turn = await ask("How much is a fine?");
    await page.waitForFunction((count) => document.querySelector("qwen-assistant").shadowRoot.querySelectorAll('.turn:not([data-status="running"])').length === count, await page.locator(".turn").count());
    await turn.waitFor();
  }
  for (const mode of [401, 403, 400, "stream", { status: 401, type: "text/plain", body: `${"so ".repeat(130)}${KEY}` }]) {
    echo.state.modes = [mode, mode];
    await ask("How much is a fine?");
    await page.locator('.turn[data-status="failed"]').last().waitFor();
    await page.waitForFunction((count) => document.querySelector("qwen-assistant").shadowRoot.querySelectorAll('.turn:not([data-status="running"])').length === count, await page.locator(".turn").count());
  }
  assert.ok(echo.state.keys > 5, "the key was sent");
  const kept = await page.evaluate(async () => {
    const settled = (request) => new Promise((resolve, reject) => Object.assign(request, { onsuccess: () => resolve(request.result), onerror: () => reject(request.error) }));
    const latin1 = (bytes) => Array.from(new Uint8Array(bytes.buffer ?? bytes), (byte) => String.fromCharCode(byte)).join("");
    const flat = async (value) => {
      if (value instanceof Blob) return latin1(await value.arrayBuffer());
      if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return latin1(value);
      if (typeof value !== "object" || value === null) return String(value);
      return (await Promise.all(Object.entries(value).map(async ([name, one]) => `${name}=${await flat(one)}`))).join(";");
    };
    const all = { "local storage": JSON.stringify({ ...localStorage }), "session storage": JSON.stringify({ ...sessionStorage }), cookies: document.cookie, address: location.href, events: window.told.join("\n") };
    for (const { name } of await indexedDB.databases()) {
      const database = await settled(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const objects = database.transaction(store).objectStore(store);
        all[`database ${name}/${store}`] = await flat([await settled(objects.getAll()), await settled(objects.getAllKeys())]);
      }
      database.close();
    }
    const walk = async (folder, path) => {
      for await (const [name, entry] of folder.entries()) {
        if (entry.kind === "directory") await walk(entry, `${path}/${name}`);
        else all[`file ${path}/${name}`] = name + (await flat(await entry.getFile()));
      }
    };
    await walk(await navigator.storage.getDirectory(), "");
    for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) all[`cache ${request.url}`] = await (await caches.match(request)).text();
    const root = document.querySelector("qwen-assistant").shadowRoot;
    all["the widget"] = root.innerHTML + [...root.querySelectorAll("*")].map(({ attributes }) => [...attributes].map(({ value }) => value).join(" ")).join(" ");
    const { assistant } = document.querySelector("qwen-assistant");
    all["the element"] = JSON.stringify(assistant ?? null);
    return all;
  });
  kept.console = printed.join("\n");
  for (const kind of ["database", "file", "events", "session storage", "the widget"]) assert.ok(Object.keys(kept).some((name) => name.startsWith(kind)), `nothing of ${kind}`);
  assert.ok(kept["the widget"].includes("redacted"), "the endpoint's complaint is shown, without the key");
  assert.deepEqual(Object.entries(kept).flatMap(([name, text]) => keysIn(text).map((needle) => `${name}: ${needle}`)), []);
});
