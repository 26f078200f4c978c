// Kept conversations in the widget: found again after a reload, listed, searched, renamed, exported
// and deleted; by the keyboard, too.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { SLOW_MS } from "./browser.mjs";
import { openWidget } from "./widget.mjs";

const options = { timeout: 3 * SLOW_MS };
const mill = "The mill grinds oats on Mondays. The miller is called Tove.";

async function open(t, attributes = "") {
  const visit = await openWidget(t, { body: `<qwen-assistant mode="inline" ${attributes}></qwen-assistant>` });
  await visit.ready();
  await visit.addText("mill.txt", mill);
  await visit.document("mill.txt").waitFor();
  const done = async (question) => {
    const turn = await visit.ask(question);
    await turn.and(visit.page.locator('[data-status="done"]')).waitFor();
    return turn;
  };
  return { ...visit, done };
}

test("the conversation is there again after a reload, and goes on", options, async (t) => {
  const { page, ready, done, trouble } = await open(t);
  await done("Who is the miller?");
  await page.reload();
  await ready();
  await page.locator(".turn").waitFor();
  assert.match(await page.locator(".turn").textContent(), /Who is the miller\?[\s\S]*Tove/);
  await page.locator("#open-sessions").click();
  await page.locator(".session").waitFor();
  assert.match(await page.locator(".session").innerText(), /1 question · Open now/);
  assert.deepEqual(await trouble(), []);
});

test("another tab begins a conversation of its own, and sees the first in the list", options, async (t) => {
  const { page, origin, done } = await open(t);
  await done("Who is the miller?");
  const other = await page.context().newPage();
  await other.goto(origin);
  await other.locator('.panel[data-ready="ready"]').waitFor();
  await other.locator("#open-sessions").click();
  await other.locator(".session-open", { hasText: "Who is the miller?" }).click();
  await other.locator(".turn").getByText("Tove").first().waitFor();
});

test("conversations are searched, opened, renamed and deleted, and the focus stays nearby", options, async (t) => {
  const { page, done, trouble } = await open(t);
  const focused = () => page.evaluate(() => window.focused().id || window.focused().textContent || window.focused().localName);
  await done("Who is the miller?");
  await page.getByRole("button", { name: "New conversation" }).click();
  await page.locator(".turn").waitFor({ state: "detached" });
  await done("When is oats ground?");
  await page.locator("#open-sessions").press("Enter");
  await page.locator(".session").nth(1).waitFor();
  assert.equal(await focused(), "sessions-search");
  assert.deepEqual(await page.locator(".session-open").allInnerTexts(), ["When is oats ground?", "Who is the miller?"]);
  await page.locator("#sessions-search").fill("who miller");
  await page.locator(".session").nth(1).waitFor({ state: "detached" });
  await page.locator("#sessions-search").fill("crocodile");
  await page.getByText("No conversation has these words.").waitFor();
  await page.locator("#sessions-search").fill("");
  await page.getByRole("button", { name: "Rename Who is the miller?" }).press("Enter");
  await page.getByLabel("Name of the conversation").waitFor();
  assert.equal(await focused(), "input");
  await page.getByLabel("Name of the conversation").fill("About <Tove>");
  await page.keyboard.press("Enter");
  await page.locator(".session-open", { hasText: "About <Tove>" }).waitFor();
  await page.getByRole("button", { name: "Delete When is oats ground?" }).press("Enter");
  await page.locator(".session-sure").waitFor();
  assert.equal(await focused(), "Delete");
  await page.keyboard.press("Escape");
  await page.locator(".session-sure").waitFor({ state: "detached" });
  assert.equal(await page.locator(".session").count(), 2);
  await page.getByRole("button", { name: "Delete When is oats ground?" }).click();
  await page.locator(".session-sure").getByRole("button", { name: "Delete" }).click();
  await page.locator(".session").nth(1).waitFor({ state: "detached" });
  // It was the one that was open.
  assert.equal(await page.locator(".turn").count(), 0);
  await page.locator(".session-open").click();
  await page.locator("#sessions").waitFor({ state: "hidden" });
  await page.locator(".turn").getByText("Tove").first().waitFor();
  assert.deepEqual(await trouble(), []);
});

test("a conversation is exported as Markdown and as JSON", options, async (t) => {
  const { page, done } = await open(t);
  await done("Who is the miller?");
  await page.locator("#open-sessions").click();
  const exported = async (name) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
    return [download.suggestedFilename(), await readFile(await download.path(), "utf8")];
  };
  const [markdownName, markdown] = await exported("Export Who is the miller? as Markdown");
  assert.match(markdownName, /^Who is the miller.*\.md$/);
  assert.match(markdown, /## Who is the miller\?[\s\S]*Tove/);
  const [jsonName, json] = await exported("Export Who is the miller? as JSON");
  assert.match(jsonName, /\.json$/);
  assert.equal(JSON.parse(json).turns[0].question, "Who is the miller?");
});

test("with storage in memory nothing is found again", options, async (t) => {
  const { page, ready, done } = await open(t, 'storage="memory"');
  await done("Who is the miller?");
  await page.reload();
  await ready();
  await page.locator("#open-sessions").click();
  await page.getByText("No conversation has been kept yet.").waitFor();
  assert.equal(await page.locator(".turn").count(), 0);
});

test("where the browser keeps nothing, questions are answered all the same", options, async (t) => {
  const visit = await openWidget(t, {
    body: '<qwen-assistant mode="inline"></qwen-assistant>',
    before: `Object.defineProperty(IDBFactory.prototype, "open", { value() { throw new DOMException("denied", "SecurityError"); } }); window.errors = []; addEventListener("qa-error", ({ detail }) => window.errors.push(detail.code));`,
  });
  await visit.ready();
  await visit.addText("mill.txt", mill);
  await visit.document("mill.txt").waitFor();
  await visit.ask("Who is the miller?");
  await visit.page.locator('.turn[data-status="done"]').getByText("Tove").first().waitFor();
  assert.ok((await visit.page.evaluate(() => window.errors)).every((code) => code === "storage.unavailable"));
});
