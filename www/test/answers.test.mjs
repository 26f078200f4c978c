// What a visitor does first: add a document, ask, check the citation; without a model; stop;
// reload; and documents or models that try to do more than speak.

import assert from "node:assert/strict";
import { test } from "node:test";
import { basename } from "node:path";
import { declaration, SLOW_MS, visit } from "./browser.mjs";
import { startParrot } from "./model.mjs";
import { startEndpoint, until } from "./support.mjs";

const options = { timeout: 3 * SLOW_MS };
const pdfName = basename(declaration.path);
const loan = "How long does a loan last?";

/** The visible words, whatever the line breaks of a page. */
const squeezed = (text) => text.replace(/\s+/g, " ").trim();

test("a dropped PDF answers with a citation that opens its page at the marked quote", options, async (t) => {
  const endpoint = await startEndpoint(t, ["--per-token-ms", "5"]);
  const visitor = await visit(t, { env: endpoint.env });
  const { page } = visitor;
  await visitor.drop(declaration.path);
  assert.match(await visitor.ready(pdfName), new RegExp(`${declaration.pages} pages`));
  const turn = await visitor.ask(declaration.question, "done");
  assert.equal(await turn.locator(".label").innerText(), "qwen-scripted");
  assert.match(squeezed(await turn.locator(".answer-text").textContent()), /arbitrary arrest/);
  const marker = turn.getByRole("button", { name: new RegExp(`^Source \\d+: .*, page ${declaration.page}$`) });
  await marker.focus();
  await page.keyboard.press("Enter");
  const source = page.locator("#source");
  // The page as it looks, with the words marked on it; and the same as text.
  await source.locator("canvas").waitFor();
  assert.equal(await page.evaluate(() => window.focused().id), "source-title");
  await source.locator('[part~="pdf-mark"]').first().waitFor();
  assert.ok(await isInView(source, '[part~="pdf-mark"]'), "the mark on the page is outside the panel's view");
  await source.getByRole("button", { name: "Text", exact: true }).click();
  await source.locator("mark").first().waitFor();
  assert.match(await source.locator(".source-place").innerText(), new RegExp(`^Page ${declaration.page} of ${declaration.pages}$`));
  assert.match(squeezed((await source.locator("mark").allInnerTexts()).join(" ")), /arbitrary arrest, detention or exile/);
  assert.ok(await isInView(source), "the mark is outside the panel's view");
  await page.keyboard.press("Escape");
  await source.waitFor({ state: "hidden" });
  assert.ok(await marker.evaluate((element) => element === window.focused()), "the focus did not come back");
  assert.deepEqual(
    (await visitor.heard(/complete/)).filter((text) => /answer/i.test(text)),
    ["Looking for the answer.", "Answer complete, 1 source."],
  );
  await visitor.assertContent();
});

test("the passages behind an answer can be opened, and the next question builds on it", options, async (t) => {
  const endpoint = await startEndpoint(t);
  const visitor = await visit(t, { env: endpoint.env });
  await visitor.addSample();
  const turn = await visitor.ask(loan, "done");
  await turn.getByText("Why this answer").click();
  assert.match(await turn.locator(".score").first().innerText(), /^score \d/);
  await turn.locator(".passage-open").first().click();
  await visitor.page.locator("#source mark").first().waitFor();
  await visitor.page.getByRole("button", { name: "Close" }).click();
  await visitor.ask("And what is the fee for a late return?", "done");
  const messages = (await endpoint.log()).at(-1).body.messages.map(({ content }) => content).join("\n");
  assert.ok(messages.includes(loan), "the model was not told what had been said before");
  await visitor.assertContent();
});

test("without a model and without a network the documents answer in quotes, labelled as such", options, async (t) => {
  const visitor = await visit(t, { mayComplain: [/ERR_FAILED/] });
  const { page, context } = visitor;
  await visitor.drop(declaration.path);
  await visitor.ready(pdfName);
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  await context.route("**/*", (route) => route.abort());
  await context.setOffline(true);
  const turn = await visitor.ask(declaration.question, "done");
  assert.equal(await turn.locator(".label").innerText(), "Quotes from your documents (no model)");
  assert.match(squeezed(await turn.locator(".answer-text").textContent()), /arbitrary arrest, detention or exile/);
  await turn.locator(".marker").first().click();
  // What draws pages cannot be loaded; their text is there.
  await page.locator("#source mark").first().waitFor();
  assert.deepEqual(requests.filter((url) => !/\/assets\/pdf-page-/.test(url)), []);
  await visitor.assertContent();
});

test("reading everything shows how far it is, and cites what it read", options, async (t) => {
  const endpoint = await startEndpoint(t, ["--ttft-ms", "300"]);
  const visitor = await visit(t, { env: endpoint.env });
  const { page } = visitor;
  // More parts than requests at a time, so that there is something to wait for.
  const pages = Array.from({ length: 10 }, (_, page) => `Register ${page}. ${`Sheep number ${page} grazes on the northern meadow. `.repeat(60)}`);
  await visitor.drop(declaration.path, { name: "register.txt", bytes: Buffer.from(pages.join("\f")) });
  await visitor.ready(pdfName);
  await visitor.ready("register.txt");
  await page.getByLabel("Level").selectOption("read");
  const turn = await visitor.ask(declaration.question);
  await turn.getByText(/^Read \d+ of \d+ parts/).waitFor();
  await page.locator('.turn[data-status="done"]').waitFor();
  assert.match(await turn.locator(".usage").innerText(), /^([2-9]|\d\d) requests, /);
  await turn.getByRole("button", { name: new RegExp(`^Source \\d+: .*, page ${declaration.page}$`) }).first().click();
  await page.locator('#source [part~="pdf-mark"]').first().waitFor();
  await visitor.assertContent();
});

test("a question that joins facts is answered step by step, and each step can be looked at", options, async (t) => {
  const endpoint = await startEndpoint(t);
  const visitor = await visit(t, { env: endpoint.env });
  const { page } = visitor;
  const texts = {
    "novels.txt": "Mara Lindqvist is the author of Salt Garden. The novel appeared in 1962.",
    "people.txt": "Mara Lindqvist was born in Harrowmere, the third of five children.",
    "towns.txt": "Harrowmere was founded in 1287 <b>around</b> a ford.",
  };
  await visitor.drop(...Object.entries(texts).map(([name, text]) => ({ name, bytes: Buffer.from(text) })));
  for (const name of Object.keys(texts)) await visitor.ready(name);
  await page.getByLabel("Level").selectOption({ label: "Step by step" });
  const turn = await visitor.ask("In which year was the town founded where the author of Salt Garden was born?", "done");
  assert.match(await turn.locator(".answer-text").textContent(), /Harrowmere was founded in 1287/);
  for (const name of ["novels", "people", "towns"]) await turn.getByRole("button", { name: new RegExp(`^Source \\d+: ${name}`) }).first().waitFor();
  const steps = turn.locator("details", { hasText: "3 steps" });
  assert.equal(await steps.locator(".step-said").first().isVisible(), false, "steps are folded at first");
  await steps.getByText("3 steps").click();
  assert.deepEqual(await steps.locator(".step-said").allInnerTexts(), [
    "Asks the documents: Who is the author of Salt Garden?",
    "Asks the documents: Where was Mara Lindqvist born?",
    "Asks the documents: In which year was Harrowmere founded?",
  ]);
  assert.match(await steps.locator(".step-result").last().innerText(), /<b>around<\/b> a ford/);
  assert.equal(await steps.locator(".step-result b").count(), 0);
  await visitor.assertContent();
});

test("Chinese questions are answered from Chinese documents", options, async (t) => {
  const visitor = await visit(t);
  await visitor.page.getByRole("button", { name: "图书馆手册" }).click();
  await visitor.ready("library-handbook-zh.txt");
  const turn = await visitor.ask("图书遗失了怎么赔偿?", "done");
  assert.match(await turn.locator(".answer-text").textContent(), /一点五倍赔偿/);
  await visitor.assertContent();
});

test("Stop ends the answer, frees the endpoint, and leaves room for the next question", options, async (t) => {
  const endpoint = await startEndpoint(t);
  const visitor = await visit(t, { env: endpoint.env });
  const { page } = visitor;
  await visitor.addSample();
  await endpoint.faults({ fault: "stall", kind: "answer" });
  const turn = await visitor.ask(loan);
  await turn.locator(".answer-text").getByText("A loan").waitFor();
  await page.getByRole("button", { name: "Stop" }).click();
  await page.locator('.turn[data-status="stopped"]').waitFor();
  assert.match(await turn.textContent(), /A loan\s[\s\S]*Stopped before the end/);
  await until(async () => (await endpoint.log()).at(-1).aborted, "the endpoint's connection to close");
  await visitor.connect(undefined);
  await visitor.ask(loan, "done");
  await visitor.assertContent();
});

test("after a reload documents and conversation are there, the key is gone, and all of it can be deleted", options, async (t) => {
  const endpoint = await startEndpoint(t, ["--require-key"]);
  const visitor = await visit(t);
  const { page } = visitor;
  await visitor.addSample();
  await visitor.connect({ baseUrl: endpoint.baseUrl, key: "sk-of-the-visitor" });
  await visitor.ask(loan, "done");
  assert.equal((await endpoint.log()).at(-1).authorization, true);
  const stored = await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }) + document.cookie + location.href);
  assert.ok(stored.includes(endpoint.baseUrl), "the endpoint was forgotten");
  assert.ok(!stored.includes("sk-of-the-visitor"), "the key was stored");
  await page.reload();
  await page.locator("#page[data-ready]").waitFor();
  await visitor.ready("volunteer-handbook.txt");
  await page.locator('.turn[data-status="done"]').getByText("seven days").first().waitFor();
  await page.getByRole("button", { name: "Settings" }).click();
  assert.equal(await page.getByLabel("Base URL").inputValue(), endpoint.baseUrl);
  assert.equal(await page.getByLabel("Key", { exact: true }).inputValue(), "");
  page.once("dialog", (dialog) => dialog.accept());
  await page.getByRole("button", { name: "Delete everything kept here" }).click();
  await page.locator(".document").waitFor({ state: "detached" });
  await page.reload();
  await page.locator("#page[data-ready]").waitFor();
  assert.equal(await page.locator(".document, .turn").count(), 0);
  await visitor.addSample();
  await visitor.connect(undefined);
  await visitor.ask(loan, "done");
  await visitor.assertContent();
});

test("a claim that no document supports is not passed off as located", options, async (t) => {
  const parrot = await startParrot(t, "The moon is made of green cheese [1].");
  const visitor = await visit(t, { env: parrot.env });
  const { page } = visitor;
  await visitor.addSample();
  const turn = await visitor.ask(loan, "done");
  await turn.getByRole("button", { name: /not located$/ }).click();
  await page.getByText("no words were found here that support this sentence").waitFor();
  await page.locator("#source .page-block").first().waitFor();
  assert.equal(await page.locator("#source mark").count(), 0);
  await visitor.assertContent();
});

test("markup in documents, questions and answers stays text and loads nothing", options, async (t) => {
  const markup = '<img src="https://elsewhere.example/x.png" onerror="document.title=1"><script>document.title=2</script>';
  const parrot = await startParrot(t, `${markup} ![x](https://elsewhere.example/y.png) [link](javascript:document.title=3)`);
  const visitor = await visit(t, { env: parrot.env });
  const { page } = visitor;
  const foreign = [];
  page.on("request", (request) => new URL(request.url()).origin !== visitor.server.url && foreign.push(request.url()));
  await visitor.drop({ name: `${markup.slice(0, 12)}.txt`, bytes: Buffer.from(`A note on images.\n\n${markup}\n`) });
  await visitor.ready("<img src");
  const turn = await visitor.ask(`What about images? ${markup}`, "done");
  assert.match(await turn.locator(".answer-text").textContent(), /<img src=/);
  await turn.getByText("Why this answer").click();
  await turn.locator(".passage-open").first().click();
  await page.locator("#source mark").first().waitFor();
  assert.equal(await page.locator("main img, main script").count(), 0);
  // The picture is a link that nobody has followed; the other address is no link at all.
  assert.deepEqual(await turn.locator("a").evaluateAll((links) => links.map(({ href, rel }) => [href, rel])), [["https://elsewhere.example/y.png", "noopener noreferrer nofollow"]]);
  assert.equal(await page.title(), "Ask your documents");
  assert.deepEqual(foreign, []);
  await visitor.assertContent();
});

test("pasted text becomes a document, from the page and from the dialog", options, async (t) => {
  const visitor = await visit(t);
  const { page } = visitor;
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData("text/plain", "The lighthouse keeper feeds the cat at noon.");
    const panel = document.querySelector("qwen-assistant").shadowRoot.querySelector(".panel");
    panel.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true, composed: true }));
  });
  await visitor.ready("Pasted text 1.txt");
  await page.getByRole("button", { name: "Paste text" }).click();
  await page.getByLabel("Text of the document").fill("The ferry leaves at nine.");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await visitor.ready("Pasted text 2.txt");
  const turn = await visitor.ask("When is the cat fed?", "done");
  assert.match(await turn.locator(".answer-text").textContent(), /at noon/);
  await page.getByRole("button", { name: "Remove Pasted text 1.txt" }).click();
  await visitor.document("Pasted text 1.txt").waitFor({ state: "detached" });
  await visitor.assertContent();
});

/** Whether a mark is where the reader looks, in the text or on the drawn page. */
function isInView(source, selector = "mark") {
  return source.evaluate((panel, selector) => {
    const mark = panel.querySelector(selector);
    const box = mark.closest(".source-text, .source-drawn").getBoundingClientRect();
    const { top, bottom } = mark.getBoundingClientRect();
    return top >= box.top && bottom <= box.bottom;
  }, selector);
}
