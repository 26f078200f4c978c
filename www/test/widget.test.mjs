// The element on somebody's page: launcher and panel, attributes, properties, methods, events,
// slots; two of them, moved and removed ones. Under a strict policy and a stubborn style sheet.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { serveFile } from "../server/static.mjs";
import { declaration, SLOW_MS } from "./browser.mjs";
import { until, www } from "./support.mjs";
import { modelSaying, openWidget } from "./widget.mjs";

const options = { timeout: 3 * SLOW_MS };
const mill = "The mill grinds oats on Mondays. The miller is called Tove.";
const inline = (attributes = "") => `<qwen-assistant mode="inline" storage="memory" ${attributes}></qwen-assistant>`;

test("the launcher loads little, opens the panel, takes the focus in and gives it back", options, async (t) => {
  const { page, asked, ready, trouble } = await openWidget(t);
  const launcher = page.locator(".launcher");
  await launcher.waitFor();
  assert.ok(!asked.some((path) => /app\.js|assistant\.js|marked|strings\/en|\.wasm/.test(path)), asked.join(" "));
  assert.equal(await launcher.getAttribute("aria-expanded"), "false");
  await launcher.press("Enter");
  await ready();
  const panel = page.getByRole("dialog", { name: "Ask your documents" });
  await panel.waitFor();
  assert.equal(await launcher.getAttribute("aria-expanded"), "true");
  assert.equal(await page.evaluate(() => window.focused().id), "question");
  // The page beside it is still there.
  assert.equal(await page.evaluate(() => document.querySelector("h1").matches(":not([inert] *)")), true);
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => window.focused().className), "launcher");
  await launcher.click();
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await panel.waitFor({ state: "hidden" });
  assert.deepEqual(await trouble(), []);
});

test("open, close, ask and addFiles do what they say, and events tell it", options, async (t) => {
  const { page, ready, widget, addText, document: row, trouble } = await openWidget(t, {
    before: `window.events = []; for (const type of ["qa-ready", "qa-run-start", "qa-run-end", "qa-error", "qa-feedback", "qa-citation-click"]) addEventListener(type, ({ type, detail }) => window.events.push([type, detail]));`,
  });
  await widget.evaluate((element) => element.open());
  await ready();
  assert.equal(await widget.getAttribute("open"), "");
  await widget.evaluate((element) => element.ask("Anybody there?"));
  await page.locator('.turn[data-status="failed"]').waitFor();
  await addText("mill.txt", mill);
  await row("mill.txt").waitFor({ state: "attached" });
  await widget.evaluate((element) => element.ask("Who is the miller?"));
  const turn = page.locator('.turn[data-status="done"]');
  await turn.getByRole("button", { name: "Helpful", exact: true }).click();
  await turn.locator(".marker").first().click();
  await page.locator("#source mark").first().waitFor();
  await widget.evaluate((element) => element.close());
  await page.locator(".panel").waitFor({ state: "hidden" });
  const events = await page.evaluate(() => window.events.map(([type, detail]) => [type, detail.code ?? detail.status ?? detail.rating ?? detail.question ?? detail.citation?.documentId ?? typeof detail.assistant?.ask]));
  assert.deepEqual(events, [
    ["qa-ready", "function"],
    ["qa-run-start", "Anybody there?"],
    ["qa-error", "agent.no_documents"],
    ["qa-run-end", "failed"],
    ["qa-run-start", "Who is the miller?"],
    ["qa-run-end", "done"],
    ["qa-feedback", "up"],
    ["qa-citation-click", "mill.txt"],
  ]);
  assert.deepEqual(await trouble(), []);
});

test("a page may show citations in its own way", options, async (t) => {
  const { page, ready, addText, document: row, ask } = await openWidget(t, {
    body: inline(),
    before: `addEventListener("qa-citation-click", (event) => { event.preventDefault(); window.clicked = event.detail.citation.quote; });`,
  });
  await ready();
  await addText("mill.txt", mill);
  await row("mill.txt").waitFor();
  const turn = await ask("Who is the miller?");
  await turn.locator(".marker").first().click();
  await until(() => page.evaluate(() => /Tove/.test(window.clicked)), "the page's own listener");
  assert.equal(await page.locator("#source").isVisible(), false);
});

test("attributes that change later take effect", options, async (t) => {
  const { page, ready, widget, trouble } = await openWidget(t, { body: inline('theme="light"') });
  await ready();
  const set = (name, value) => widget.evaluate((element, [name, value]) => element.setAttribute(name, value), [name, value]);
  const ground = () => page.locator(".panel").evaluate((element) => getComputedStyle(element).backgroundColor);
  const light = await ground();
  await set("theme", "dark");
  assert.notEqual(await ground(), light);
  await set("level", "read");
  await page.waitForFunction(() => document.querySelector("qwen-assistant").shadowRoot.querySelector("#level").value === "read");
  await page.getByText("No model is connected").waitFor();
  await set("base-url", "/api");
  await set("model", "qwen-plus");
  await page.getByText("Reads every part, then answers").waitFor();
  await set("heading", "The handbook");
  await page.getByRole("heading", { name: "The handbook" }).waitFor();
  await set("locale", "de");
  await page.getByRole("heading", { name: "Dokumente" }).waitFor();
  await set("locale", "ar");
  await page.locator('.panel[dir="rtl"]').waitFor();
  await set("locale", "tlh");
  await page.getByRole("heading", { name: "Documents" }).waitFor();
  assert.equal(await page.locator(".panel").getAttribute("dir"), "ltr");
  assert.deepEqual(await trouble(), []);
});

test("a widget without a locale speaks the language of its page", options, async (t) => {
  const { page } = await openWidget(t, { before: `document.documentElement.lang = "ar";` });
  const launcher = page.getByRole("button", { name: "اسأل المستندات" });
  await launcher.waitFor();
  const { x } = await launcher.boundingBox();
  assert.ok(x < 640, "the launcher stands at the end of the line, which is on the left");
  await launcher.click();
  await page.getByRole("heading", { name: "المستندات", exact: true }).waitFor();
});

test("properties set before the element is defined count, and suggestions are offered", options, async (t) => {
  const { page, ready, addText, document: row } = await openWidget(t, {
    body: inline(),
    before: `const element = document.querySelector("qwen-assistant"); element.suggestions = ["Who is the miller?"]; element.options = { level: "retrieve" };`,
  });
  await ready();
  assert.equal(await page.locator("#level").inputValue(), "retrieve");
  await addText("mill.txt", mill);
  await row("mill.txt").waitFor();
  await page.getByRole("button", { name: "Who is the miller?" }).click();
  await page.locator('.turn[data-status="done"]').getByText("Tove").first().waitFor();
});

test("two widgets of a page know nothing of each other", options, async (t) => {
  const { page, trouble } = await openWidget(t, { body: `${inline('id="one"')}${inline('id="two"')}` });
  const ready = (id) => page.locator(`#${id} .panel[data-ready="ready"]`).waitFor();
  await Promise.all([ready("one"), ready("two")]);
  await page.locator("#one").evaluate((element, text) => element.addFiles([new File([text], "mill.txt")]), mill);
  await page.locator("#one .document[data-status=ready]").waitFor();
  await page.locator("#one").evaluate((element) => element.ask("Who is the miller?"));
  await page.locator("#one .turn[data-status=done]").waitFor();
  assert.equal(await page.locator("#two .document, #two .turn").count(), 0);
  assert.equal(page.workers().length, 2);
  assert.deepEqual(await trouble(), []);
});

test("a widget that is moved keeps what it has; one that is removed frees its worker", options, async (t) => {
  const { page, ready, widget, addText, document: row } = await openWidget(t, { body: inline() });
  await ready();
  await addText("mill.txt", mill);
  await row("mill.txt").waitFor();
  await page.evaluate(() => {
    const place = document.createElement("div");
    document.body.append(place);
    place.append(document.querySelector("qwen-assistant"));
  });
  await widget.evaluate((element) => element.ask("Who is the miller?"));
  await page.locator('.turn[data-status="done"]').getByText("Tove").first().waitFor();
  await page.evaluate(() => {
    window.kept = document.querySelector("qwen-assistant");
    window.kept.remove();
  });
  await until(() => page.workers().length === 0, "the worker to end");
  await page.evaluate(() => document.body.append(window.kept));
  await ready();
  assert.equal(await page.locator(".panel").count(), 1);
});

test("an assistant of the page's own is used, and outlives the widget", options, async (t) => {
  const { page, ready, document: row } = await openWidget(t, { body: inline() });
  await ready();
  await page.evaluate(async (text) => {
    const { createAssistant } = await import("/index.js");
    window.qa = await createAssistant();
    await window.qa.documents.add({ name: "mill.txt", bytes: new TextEncoder().encode(text) }).done;
    document.querySelector("qwen-assistant").assistant = window.qa;
  }, mill);
  await row("mill.txt").waitFor();
  await page.evaluate(() => window.qa.documents.add({ name: "barn.txt", bytes: new TextEncoder().encode("The barn is red.") }).done);
  await row("barn.txt").waitFor();
  await page.evaluate(() => window.qa.documents.remove("mill.txt"));
  await row("mill.txt").waitFor({ state: "detached" });
  await page.evaluate(() => document.querySelector("qwen-assistant").remove());
  await until(() => page.workers().length === 1, "the widget's first worker to end");
  assert.equal(await page.evaluate(async () => (await window.qa.search("barn")).length), 1);
});

test("a prebuilt index is asked at once, and shows no documents to add", options, async (t) => {
  const files = {};
  const { page, ready, widget, ask, trouble } = await openWidget(t, { body: "", define: false, files });
  const saved = await page.evaluate(async (text) => {
    const { createAssistant } = await import("/index.js");
    const qa = await createAssistant();
    await qa.documents.add({ name: "mill.txt", bytes: new TextEncoder().encode(text) }).done;
    const bytes = await qa.library.export();
    await qa.dispose();
    return [...bytes];
  }, mill);
  files["/site.qai"] = Buffer.from(saved);
  await page.evaluate(async () => {
    await import("/widget/index.js");
    const element = document.createElement("qwen-assistant");
    for (const [name, value] of Object.entries({ mode: "inline", storage: "memory", index: "/site.qai", suggestions: "Who is the miller? | When is oats ground?" })) element.setAttribute(name, value);
    document.body.append(element);
  });
  await ready();
  await page.getByRole("button", { name: "When is oats ground?" }).waitFor();
  const turn = await ask("Who is the miller?");
  await turn.getByText("Tove").first().waitFor();
  assert.equal(await page.locator(".library").count(), 0);
  await widget.evaluate((element) => element.setAttribute("index", "/missing.qai"));
  await page.locator('.panel[data-ready="failed"] .problem').first().waitFor();
  assert.match(await page.locator(".problem").first().innerText(), /index of this site/);
  assert.match((await trouble()).join(), /^(.*404.*)?$/);
});

test("slots take what a page puts there", options, async (t) => {
  const body = '<qwen-assistant mode="inline"><p slot="header" id="h">Head</p><p slot="empty" id="e">Empty</p><p slot="footer" id="f">Foot</p></qwen-assistant>';
  const { page, ready, ask } = await openWidget(t, { body });
  await ready();
  for (const id of ["h", "e", "f"]) await page.locator(`#${id}`).waitFor();
  await ask("Anybody there?");
  await page.locator("#e").waitFor({ state: "hidden" });
  assert.equal(await page.locator("#f").isVisible(), true);
});

test("on a phone the panel fills the screen, and 320 px are enough", options, async (t) => {
  const { page, ready, trouble } = await openWidget(t, { context: { viewport: { width: 320, height: 568 } } });
  await page.locator(".launcher").click();
  await ready();
  const { x, y, width, height } = await page.locator(".panel").boundingBox();
  assert.deepEqual([x, y, width, height], [0, 0, 320, 568]);
  const wide = await page.locator(".panel").evaluate((panel) => [...panel.querySelectorAll("*")].filter((element) => element.getBoundingClientRect().right > 321 && getComputedStyle(element).position !== "absolute").map(({ className }) => className));
  assert.deepEqual(wide, []);
  assert.equal(await page.locator(".launcher").isVisible(), false);
  await page.getByRole("button", { name: "Close", exact: true }).click();
  assert.equal(await page.evaluate(() => window.focused().className), "launcher");
  assert.deepEqual(await trouble(), []);
});

test("the style sheet of the page does not get in", options, async (t) => {
  const { page, ready } = await openWidget(t, { body: inline() });
  await ready();
  const style = await page.locator("#library-title").evaluate((element) => {
    const { letterSpacing, textTransform, fontSize } = getComputedStyle(element);
    return { letterSpacing, textTransform, fontSize };
  });
  assert.deepEqual(style, { letterSpacing: "normal", textTransform: "none", fontSize: "19px" });
});

test("importing it where there are no elements does nothing", options, async () => {
  const { QwenAssistantElement } = await import("../../pkg/dist/widget/index.js");
  assert.equal(typeof QwenAssistantElement, "function");
});

const rich = [
  "# Loans",
  "",
  "Seven days [1], **not eight.**[1] See https://example.com/terms[1], [the rules](https://example.com/rules) and [this](javascript:alert(1)).",
  "",
  "| tool | days |",
  "| --- | ---: |",
  "| drill | 7 [1] |",
  "",
  "1. first",
  "   - inner *one*",
  "2. second",
  "",
  "```js",
  "const days = [1];",
  "```",
  "",
  "> quoted &amp; said",
  "",
  '<b onclick="x">bold</b> ![a cat](https://example.com/cat.png) costs $5 or $6',
  "",
  "The area is $a^2 + b^2$, and",
  "",
  "$$",
  "\\frac{1}{2}",
  "$$",
].join("\n");

test("an answer's Markdown becomes elements, and nothing of it is loaded or run", options, async (t) => {
  const { page, ready, addText, document: row, ask, asked, trouble } = await openWidget(t, { body: inline(), before: modelSaying(rich), context: { permissions: ["clipboard-read", "clipboard-write"] } });
  await ready();
  await addText("loans.txt", "A loan lasts seven days, not eight.");
  await row("loans.txt").waitFor();
  const turn = await ask("How long does a loan last?");
  await page.locator('.turn[data-status="done"]').waitFor();
  const text = turn.locator(".answer-text");
  assert.equal(await text.locator("h4").textContent(), "Loans");
  assert.equal(await text.locator("strong").first().textContent(), "not eight.");
  assert.deepEqual(await text.locator("td").allTextContents(), ["drill", "7 1"]);
  assert.equal(await text.locator("ol > li > ul > li > em").textContent(), "one");
  assert.equal(await text.locator("pre code").textContent(), "const days = [1];");
  assert.match(await text.locator("blockquote").textContent(), /quoted & said/);
  assert.match(await text.textContent(), /<b onclick="x">bold<\/b>/);
  assert.match(await text.textContent(), /costs \$5 or \$6/);
  assert.deepEqual(await text.locator("a").evaluateAll((links) => links.map(({ href }) => href)), ["https://example.com/terms", "https://example.com/rules", "https://example.com/cat.png"]);
  assert.equal(await text.locator("img, script, b").count(), 0);
  assert.equal(await text.locator("button.marker").count(), 4);
  assert.equal(await text.locator("pre .hljs-keyword").textContent(), "const");
  assert.deepEqual(await text.locator("math").evaluateAll((formulas) => formulas.map(({ textContent }) => textContent)), ["a2+b2", "12"]);
  await text.getByRole("button", { name: "Copy the code" }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "const days = [1];");
  await turn.getByRole("button", { name: "Copy the answer" }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), rich);
  assert.ok(!asked.some((path) => /cat/.test(path)));
  assert.deepEqual(await trouble(), []);
});

test("while an answer streams its finished blocks keep their elements, and passages can be opened already", options, async (t) => {
  const paragraphs = Array.from({ length: 30 }, (_, n) => `Paragraph ${n} says that a loan lasts seven days${n === 0 ? " [1]" : ""}.`).join("\n\n");
  const { page, ready, addText, document: row, ask } = await openWidget(t, { body: inline(), before: modelSaying(paragraphs, { waits: true }) });
  await ready();
  await addText("loans.txt", "A loan lasts seven days, not eight.");
  await row("loans.txt").waitFor();
  const turn = await ask("How long does a loan last?");
  await turn.getByText("Paragraph 12").waitFor();
  const first = turn.locator(".answer-text > p").first();
  await turn.locator(".answer-text").evaluate((element) => (window.before = [...element.children]));
  assert.match(await first.locator("button.marker").getAttribute("class"), /unchecked/);
  const [kept, finished] = await page.evaluate(async () => {
    const { before } = window;
    window.go();
    const text = before[0].parentElement;
    await new Promise((resolve) => new MutationObserver(() => text.children.length > before.length && resolve()).observe(text, { childList: true }));
    // The first has a marker, which is drawn again when it has been checked.
    return [before.slice(1, -1).filter((element) => element.isConnected).length, before.length - 2];
  });
  assert.ok(finished > 8);
  assert.equal(kept, finished);
  await page.locator('.turn[data-status="done"]').waitFor();
  assert.equal(await turn.locator(".answer-text > p").count(), 30);
  assert.doesNotMatch(await first.locator("button.marker").getAttribute("class"), /unchecked/);
});

test("a failed question can be asked again, and takes the place of the failure", options, async (t) => {
  const { page, ready, addText, document: row, ask } = await openWidget(t, { body: inline() });
  await ready();
  const turn = await ask("Who is the miller?");
  await page.locator('.turn[data-status="failed"]').waitFor();
  await addText("mill.txt", mill);
  await row("mill.txt").waitFor();
  await turn.getByRole("button", { name: "Ask again" }).click();
  await page.locator('.turn[data-status="done"]').waitFor();
  assert.equal(await page.locator(".turn").count(), 1);
});

test("a citation of a PDF shows the page as it looks, with the words marked, and its text", options, async (t) => {
  const pdfjs = { "/pdfjs/build/pdf.min.mjs": "pdf.min.mjs", "/pdfjs/build/pdf.worker.min.mjs": "pdf.worker.min.mjs" };
  const files = Object.fromEntries(Object.entries(pdfjs).map(([path, name]) => [path, (request, response) => serveFile(`${www}node_modules/pdfjs-dist/build`, `/${name}`, request, response)]));
  const { page, ready, ask, trouble } = await openWidget(t, { body: inline('pdfjs="/pdfjs/build/pdf.min.mjs"'), files });
  await ready();
  await page.evaluate(async (base64) => {
    const { createAssistant } = await import("/index.js");
    const qa = await createAssistant();
    const file = new File([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], "rights-en.pdf");
    await qa.documents.add(file).done;
    // What stored libraries give of each document.
    qa.documents.original ??= async () => file;
    document.querySelector("qwen-assistant").assistant = qa;
  }, (await readFile(declaration.path)).toString("base64"));
  await page.locator('.document[data-status="ready"]').waitFor();
  const turn = await ask(declaration.question);
  await turn.locator(".marker").first().click();
  await page.locator(".pdf-mark").first().waitFor();
  assert.equal(await page.locator(".source-text").isVisible(), false);
  await page.getByRole("button", { name: "Text", exact: true }).click();
  await page.locator(".source-text mark").first().waitFor();
  await page.getByRole("button", { name: "Page", exact: true }).click();
  await page.getByRole("button", { name: "Previous page" }).click();
  await page.locator('.pdf-sheet[aria-label="Page 2 of 4"]').waitFor();
  await page.keyboard.press("Escape");
  await page.locator("#source").waitFor({ state: "hidden" });
  assert.deepEqual(await trouble(), []);
});

test("where pdf.js cannot be loaded, the text is shown with the words marked", options, async (t) => {
  const { page, ready, ask } = await openWidget(t, { body: inline('pdfjs="/missing/pdf.min.mjs"') });
  await ready();
  await page.evaluate(async (base64) => {
    const element = document.querySelector("qwen-assistant");
    const file = new File([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], "rights-en.pdf");
    const { createAssistant } = await import("/index.js");
    const qa = await createAssistant();
    await qa.documents.add(file).done;
    qa.documents.original ??= async () => file;
    element.assistant = qa;
  }, (await readFile(declaration.path)).toString("base64"));
  await page.locator('.document[data-status="ready"]').waitFor();
  const turn = await ask(declaration.question);
  await turn.locator(".marker").first().click();
  await page.locator(".source-text mark").first().waitFor();
});

test("files and links are dropped, a pasted address is fetched, and each can be cancelled", options, async (t) => {
  const { page, ready, origin, document: row, trouble } = await openWidget(t, { body: inline(), files: { "/mill.txt": Buffer.from(mill), "/barn.txt": Buffer.from("The barn is red.") } });
  await ready();
  await page.locator("#drop").evaluate((drop, address) => {
    const transfer = new DataTransfer();
    transfer.setData("text/uri-list", `# a comment\r\n${address}`);
    for (const type of ["dragenter", "dragover", "drop"]) drop.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true, composed: true }));
  }, `${origin}/mill.txt`);
  await row("mill.txt").waitFor();
  await page.getByRole("button", { name: "Paste text or a link" }).click();
  await page.getByLabel("Text of the document, or the address of one").fill(`${origin}/barn.txt`);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await row("barn.txt").waitFor();
  assert.deepEqual(await trouble(), []);
});
