// A visitor without a network: after one visit the page opens, reads files of every kind and
// answers with quotes while its server is gone.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { securityHeaders, serveFile } from "../server/static.mjs";
import { declaration, openPage, SLOW_MS, visit } from "./browser.mjs";
import { repository, until, www } from "./support.mjs";

const options = { timeout: 4 * SLOW_MS };

/** Resolves when the service worker has kept its files and taken over. */
async function keptFiles(page) {
  await page.evaluate(async () => {
    const { active, installing, waiting } = await navigator.serviceWorker.ready;
    const worker = active ?? waiting ?? installing;
    while (worker.state !== "activated") await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
  });
}

async function stop(child) {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.stdin.end();
  await gone;
}

test("after one visit, all of it works without a server", options, async (t) => {
  const visitor = await visit(t, { mayComplain: [/config\.json|Failed to load resource|ERR_CONNECTION_REFUSED/] });
  const { page, server } = visitor;
  await keptFiles(page);
  await stop(server.child);
  await page.reload();
  await page.locator("#page[data-ready]").waitFor();
  await visitor.addSample();
  await visitor.drop(declaration.path, `${repository}tests/inputs/docx/features.docx`);
  await visitor.ready("rights-en.pdf");
  await visitor.ready("features.docx");
  const turn = await visitor.ask(declaration.question, "done");
  assert.match(await turn.textContent(), /arrest/i);
  await visitor.assertContent();
});

test("the page can be installed", options, async (t) => {
  const { page, context } = await visit(t);
  await keptFiles(page);
  const session = await context.newCDPSession(page);
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  // Headless windows are incognito ones, in which nothing is installed.
  assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito"), []);
  const { data, errors } = await session.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  assert.equal(JSON.parse(data).start_url, "./");
});

test("only files of the page are kept, and the spare copies are not", options, async (t) => {
  const { page } = await visit(t);
  await keptFiles(page);
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return { names, paths: requests.flat().map(({ url }) => new URL(url).pathname) };
  });
  assert.equal(kept.names.length, 1);
  const listed = JSON.parse(/^const files = (.*);$/m.exec(await readFile(`${www}dist/service-worker.js`, "utf8"))[1]);
  assert.deepEqual(kept.paths.toSorted(), ["/", ...listed.map((file) => `/${file}`)].toSorted());
  assert.ok(listed.some((file) => /core_bg.*\.wasm$/.test(file)) && listed.some((file) => /pdf_bg.*\.wasm$/.test(file)));
  assert.ok(!listed.some((file) => file.includes("-inline-")));
});

test("a newer build takes over when the last page of the older one is closed", options, async (t) => {
  const worker = await readFile(`${www}dist/service-worker.js`, "utf8");
  let isNext = false;
  const { page, origin } = await openPage(t, (request, response) => {
    for (const [name, value] of securityHeaders) response.setHeader(name, value);
    if (request.url !== "/service-worker.js" || !isNext) return serveFile(`${www}dist`, request.url, request, response);
    return response.writeHead(200, { "Content-Type": "text/javascript" }).end(worker.replace(/qwen-agent-demo-\w+/, "qwen-agent-demo-next"));
  });
  await page.goto(origin);
  await page.locator("#page[data-ready]").waitFor();
  await keptFiles(page);
  // From now on it is a page of this version.
  await page.reload();
  await page.locator("#page[data-ready]").waitFor();
  isNext = true;
  await page.evaluate(async () => void (await (await navigator.serviceWorker.getRegistration()).update()));
  await until(async () => (await page.evaluate(() => caches.keys())).length === 2, "both versions to be kept", SLOW_MS);
  const next = await page.context().newPage();
  await page.close();
  await until(async () => {
    // A page that opens while the last one is closing is still one of the older version, and may
    // wait for a worker that is just being replaced: then it is opened again.
    await next.goto("about:blank");
    const opened = await next.goto(origin, { waitUntil: "domcontentloaded", timeout: 5000 }).catch(() => undefined);
    if (!opened) return false;
    return (await next.evaluate(() => caches.keys())).join() === "qwen-agent-demo-next";
  }, "the older version to be forgotten", SLOW_MS);
});
