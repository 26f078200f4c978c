// A page of a PDF with the quoted words marked, drawn by the real pdf.js in Chromium under the demo
// page's strict policy: the marks must lie on the ink, however the page is turned, cropped or scaled.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { test } from "node:test";
import { securityHeaders, serveFile } from "../server/static.mjs";
import { declaration, openPage, SLOW_MS, watched } from "./browser.mjs";
import { zeros } from "./files.mjs";
import { makePdf } from "./pdf-files.mjs";
import { repository, until, www } from "./support.mjs";

const PHRASE = "Crocodiles are kept elsewhere";
const RED = "1 0 0";

/** The lines of every page, around the same point of it: the phrase, which is drawn red, among others. */
const lines = (x, y) => [
  { text: "Pets of every size are welcome in the garden.", x, y: y + 40 },
  { text: "The gate is closed at nine.", x, y: y + 20 },
  { text: PHRASE, x, y, color: RED },
  { text: "Dogs need a lead, and cats a good reason.", x, y: y - 20 },
];

/** In the order of their pages. */
const kinds = {
  "as it is": { lines: lines(72, 500) },
  "turned right": { lines: lines(72, 500), more: "/Rotate 90" },
  "upside down": { lines: lines(72, 500), more: "/Rotate 180" },
  "turned left": { lines: lines(72, 500), more: "/Rotate 270" },
  "cropped": { lines: lines(250, 400), more: "/CropBox [200 300 560 640]" },
  "cropped and turned": { lines: lines(250, 400), more: "/CropBox [200 300 560 640] /Rotate 90" },
  "from another corner": { lines: lines(-200, 900), more: "/MediaBox [-300 700 312 1492]" },
  "in larger units": { lines: lines(72, 500), more: "/UserUnit 2" },
};

const html = '<!doctype html><meta charset="utf-8"><title>page</title><div id="host"></div><script type="module" src="/page.js"></script>';

/** The script of the page: the policy for workers as the README asks for it, and what the tests call. */
const script = `
import { createAssistant, ocrByModel } from "/dist/index.js";
import * as source from "/dist/widget/source/pdf-page.js";
window.trustedTypes?.createPolicy("default", { createScriptURL(url) {
  if (new URL(url, location.href).origin === location.origin && !url.startsWith("blob:")) return url;
  throw new TypeError("not ours");
} });
const host = document.getElementById("host");
const root = host.attachShadow({ mode: "open" });
const sheet = new CSSStyleSheet();
sheet.replaceSync(source.pdfPageStyles + "#container { inline-size: 600px; block-size: 300px; overflow: auto; }");
root.adoptedStyleSheets = [sheet];
const container = document.createElement("div");
container.id = "container";
container.tabIndex = 0;
root.append(container);
const file = (base64) => new Blob([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))]);
window.tools = {
  ...source, container, file, createAssistant, ocrByModel,
  pdfjs: source.pdfjsFrom("/pdfjs/build/pdf.min.mjs"),
  labels: { page: (page, pages) => \`Page \${page} of \${pages}\` },
  marks: () => [...container.querySelectorAll(".pdf-mark")],
  around(elements) {
    const boxes = elements.map((element) => element.getBoundingClientRect());
    const [left, top] = [Math.min(...boxes.map((box) => box.left)), Math.min(...boxes.map((box) => box.top))];
    return { left, top, right: Math.max(...boxes.map((box) => box.right)), bottom: Math.max(...boxes.map((box) => box.bottom)) };
  },
  /** Around the red ink, on the screen. */
  ink() {
    const canvas = container.querySelector("canvas");
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const box = { left: width, top: height, right: 0, bottom: 0 };
    for (let at = 0; at < data.length; at += 4) {
      if (data[at] < 150 || data[at + 1] > 120) continue;
      const [x, y] = [(at / 4) % width, Math.floor(at / 4 / width)];
      box.left = Math.min(box.left, x); box.right = Math.max(box.right, x + 1);
      box.top = Math.min(box.top, y); box.bottom = Math.max(box.bottom, y + 1);
    }
    const frame = canvas.getBoundingClientRect();
    const scale = frame.width / width;
    return { left: frame.left + box.left * scale, right: frame.left + box.right * scale, top: frame.top + box.top * scale, bottom: frame.top + box.bottom * scale };
  },
};
document.documentElement.dataset.ready = "";
`;

/** The page, with what it complained about. */
async function open(t, { headers = securityHeaders, context, script: more } = {}) {
  const listener = (request, response) => {
    const path = request.url.split("?", 1)[0];
    for (const [name, value] of headers) response.setHeader(name, value);
    if (path === "/") return response.writeHead(200, { "Content-Type": "text/html" }).end(html);
    if (path === "/favicon.ico") return response.writeHead(204).end();
    if (path === "/page.js") return response.writeHead(200, { "Content-Type": "text/javascript" }).end(script);
    if (path.startsWith("/pdfjs/")) return serveFile(`${www}node_modules/pdfjs-dist`, path.slice(6), request, response);
    return serveFile(`${repository}pkg/dist`, path.slice(5), request, response);
  };
  const { page, origin } = await openPage(t, listener, { reducedMotion: "reduce", ...context });
  const trouble = await watched(page);
  if (more) await page.addInitScript({ content: more });
  await page.goto(`${origin}/`);
  await page.locator("html[data-ready]").waitFor();
  const clean = async () => assert.deepEqual(await trouble(), []);
  return { page, clean, origin };
}

const base64 = (bytes) => Buffer.from(bytes).toString("base64");
const allKinds = () => base64(makePdf(Object.values(kinds)));

/** Shows `page` of the file with the words of `phrase` marked, as our reader places them. */
function show(page, file, number, phrase) {
  return page.evaluate(async ([file, number, phrase]) => {
    const { tools } = window;
    tools.stop?.abort();
    tools.stop = new AbortController();
    const qa = await tools.createAssistant();
    await qa.documents.add(new File([tools.file(file)], "file.pdf")).done;
    const { text } = await qa.documents.page("file.pdf", number);
    const start = text.indexOf(phrase);
    const rects = await qa.documents.rects("file.pdf", { page: number, start, end: start + phrase.length });
    await qa.dispose();
    tools.view = await tools.showPdfPage(tools.container, { file: tools.file(file), page: number, rects, pdfjs: tools.pdfjs, signal: tools.stop.signal, labels: tools.labels });
    return { marks: tools.marks().length, found: start >= 0 };
  }, [file, number, phrase]);
}

test("marks lie on the words, however the page is turned, cropped or scaled", { timeout: 4 * SLOW_MS }, async (t) => {
  const { page, clean } = await open(t);
  const file = allKinds();
  for (const [index, kind] of Object.keys(kinds).entries()) {
    const { marks, found } = await show(page, file, index + 1, PHRASE);
    assert.ok(found && marks === 1, `${kind}: ${marks} marks`);
    const { mark, ink, words } = await page.evaluate(([phrase]) => {
      const { tools } = window;
      const words = [...tools.container.querySelectorAll(".pdf-text span")].filter((span) => span.textContent === phrase);
      return { mark: tools.around(tools.marks()), ink: tools.ink(), words: tools.around(words) };
    }, [PHRASE]);
    for (const [what, box] of [["mark", mark], ["text", words]]) {
      const told = `${kind}, ${what}: ${JSON.stringify({ box, ink })}`;
      assert.ok(contains(box, ink, 1.5), `the ink is not covered: ${told}`);
      assert.ok(overlap(box, ink) > 0.5, `more than the ink is covered: ${told}`);
    }
  }
  await clean();
});

test("marks lie where pdf.js has the text of a real document", { timeout: 2 * SLOW_MS }, async (t) => {
  const { page, clean } = await open(t);
  const phrase = "arbitrary arrest";
  await show(page, base64(await readFile(declaration.path)), declaration.page, phrase);
  const { mark, run, text } = await page.evaluate(([phrase]) => {
    const { tools } = window;
    const run = [...tools.container.querySelectorAll(".pdf-text span")].find((span) => span.textContent.includes(phrase));
    const range = document.createRange();
    const at = run.textContent.indexOf(phrase);
    range.setStart(run.firstChild, at);
    range.setEnd(run.firstChild, at + phrase.length);
    return { mark: tools.around(tools.marks()), run: tools.around([range]), text: run.textContent };
  }, [phrase]);
  assert.ok(overlap(mark, run) > 0.7, JSON.stringify({ mark, run, text }));
  await clean();
});

test("vertical lines of a font without embedded tables are drawn and marked", { timeout: 2 * SLOW_MS }, async (t) => {
  const { page, clean } = await open(t);
  const phrase = "あいうえお";
  const { marks } = await show(page, base64(await readFile(`${repository}tests/inputs/pdf/vertical-ja.pdf`)), 1, phrase);
  assert.equal(marks, 1);
  const { mark, run } = await page.evaluate(([phrase]) => {
    const { tools } = window;
    const run = [...tools.container.querySelectorAll(".pdf-text span")].filter((span) => span.textContent.includes(phrase));
    return { mark: tools.around(tools.marks()), run: tools.around(run) };
  }, [phrase]);
  assert.ok(mark.bottom - mark.top > 3 * (mark.right - mark.left) && overlap(mark, run) > 0.5, JSON.stringify({ mark, run }));
  await clean();
});

test("the first mark is scrolled into view, and a page can be turned", { timeout: 2 * SLOW_MS }, async (t) => {
  const { page, clean } = await open(t);
  const file = base64(makePdf([{ lines: lines(72, 60) }, { lines: lines(72, 60) }]));
  await show(page, file, 1, PHRASE);
  const state = () => page.evaluate(() => {
    const { tools } = window;
    const sheet = tools.container.querySelector(".pdf-sheet");
    return {
      frame: tools.around([tools.container]), mark: tools.around(tools.marks()), scrolled: tools.container.scrollTop,
      label: sheet.getAttribute("aria-label"), role: sheet.getAttribute("role"), canvases: tools.container.querySelectorAll("canvas").length, text: sheet.innerText,
    };
  });
  const first = await state();
  assert.ok(first.scrolled > 0 && contains(first.frame, first.mark, 0), JSON.stringify(first));
  assert.equal(first.label, "Page 1 of 2");
  assert.equal(first.role, "group");
  assert.match(first.text, /Crocodiles are kept elsewhere/);
  await page.evaluate(() => window.tools.view.show(2));
  const second = await state();
  assert.equal(second.label, "Page 2 of 2");
  assert.equal(second.scrolled, 0);
  assert.equal(second.canvases, 1);
  const codes = await page.evaluate(async () => {
    const { view } = window.tools;
    const none = await view.show(3).catch((error) => error.code);
    const [overtaken] = await Promise.allSettled([view.show(2), view.show(1)]);
    return [none, overtaken.reason?.name];
  });
  assert.deepEqual(codes, ["pdf.page", "AbortError"]);
  assert.equal((await state()).label, "Page 1 of 2");
  assert.equal((await state()).canvases, 1);
  await clean();
});

test("the page is as wide as its container, drawn anew when that changes, and never too large", { timeout: 2 * SLOW_MS }, async (t) => {
  const { page, clean } = await open(t, { context: { deviceScaleFactor: 2 } });
  await show(page, allKinds(), 1, PHRASE);
  const canvas = () => page.evaluate(() => {
    const { width, height, clientWidth } = window.tools.container.querySelector("canvas");
    return { width, height, clientWidth };
  });
  const before = await canvas();
  assert.ok(Math.abs(before.width - 2 * before.clientWidth) <= 2, JSON.stringify(before));
  await page.evaluate(() => (window.tools.container.style.inlineSize = "400px"));
  await until(async () => (await canvas()).width < before.width, "the page to be drawn anew");
  await page.evaluate(() => window.tools.view.zoom(20));
  await until(async () => (await canvas()).width > 3000, "the page to be drawn larger", 20_000);
  const huge = await canvas();
  assert.ok(huge.width * huge.height <= 16_000_000 && huge.clientWidth > huge.width, JSON.stringify(huge));
  const { mark, words } = await page.evaluate(() => ({ mark: window.tools.around(window.tools.marks()), words: window.tools.ink() }));
  assert.ok(contains(mark, words, 20), JSON.stringify({ mark, words }));
  await clean();
});

test("an aborted signal leaves neither canvas nor worker, at whatever moment", { timeout: 3 * SLOW_MS }, async (t) => {
  const { page, clean } = await open(t);
  const file = allKinds();
  for (const when of ["before", "at once", 5, 40, 120, "shown"]) {
    const ended = await page.evaluate(async ([file, when]) => {
      const { tools } = window;
      const stop = new AbortController();
      if (when === "before") stop.abort(new Error("enough"));
      const showing = tools.showPdfPage(tools.container, { file: tools.file(file), page: 1, rects: [], pdfjs: tools.pdfjs, signal: stop.signal, labels: tools.labels });
      if (when === "at once") stop.abort(new Error("enough"));
      if (typeof when === "number") setTimeout(() => stop.abort(new Error("enough")), when);
      const result = await showing.then(() => "shown", (error) => error.message);
      stop.abort(new Error("enough"));
      return result;
    }, [file, when]);
    // Where it is aborted by the clock, either may be first.
    assert.ok(ended === "enough" ? when !== "shown" : typeof when === "number" || when === "shown", `${when}: ${ended}`);
    assert.equal(await page.evaluate(() => window.tools.container.childNodes.length + document.querySelectorAll("canvas").length), 0, String(when));
  }
  await until(() => page.workers().length === 0, "the workers to end");
  await clean();
});

test("a page with marks has no accessibility violations, by day and by night", { timeout: 2 * SLOW_MS }, async (t) => {
  const axe = await readFile(`${www}node_modules/axe-core/axe.min.js`, "utf8");
  for (const colorScheme of ["light", "dark"]) {
    const { page } = await open(t, { script: axe, context: { colorScheme } });
    await show(page, allKinds(), 1, PHRASE);
    const { violations } = await page.evaluate(() => window.axe.run(document.getElementById("host")));
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`), []);
  }
});

test("what cannot be shown says why, and leaves nothing", { timeout: 2 * SLOW_MS }, async (t) => {
  const { page, clean } = await open(t);
  const encrypted = await readFile(`${repository}tests/inputs/pdf/encrypted.pdf`);
  const failed = (file, more = {}) => page.evaluate(async ([file, { page = 1, pdfjs, password }]) => {
    const { tools } = window;
    const loader = pdfjs === undefined ? tools.pdfjs : tools.pdfjsFrom(pdfjs);
    const showing = tools.showPdfPage(tools.container, { file: tools.file(file), page, rects: [], pdfjs: loader, password, signal: new AbortController().signal, labels: tools.labels });
    const code = await showing.then(() => "shown", (error) => `${error.name} ${error.code}`);
    return `${code}, left ${tools.container.childNodes.length}`;
  }, [base64(file), more]);
  assert.equal(await failed(zeros.bytes), "PdfError pdf.damaged, left 0");
  assert.equal(await failed(makePdf([{ lines: [] }]), { page: 2 }), "PdfError pdf.page, left 0");
  assert.equal(await failed(encrypted, { password: "no" }), "PdfError pdf.password, left 0");
  await until(() => page.workers().length === 0, "the workers to end");
  await clean();
  assert.equal(await failed(zeros.bytes, { pdfjs: "/script.js" }), "PdfError pdf.unavailable, left 0");
  await clean();
  // The browser itself complains of the missing file.
  assert.equal(await failed(zeros.bytes, { pdfjs: "/none/pdf.min.mjs" }), "PdfError pdf.unavailable, left 0");
});

test("pdf.js comes from another origin, too", { timeout: 2 * SLOW_MS }, async (t) => {
  const asked = [];
  const cdn = createServer((request, response) => {
    asked.push(request.url);
    response.setHeader("Access-Control-Allow-Origin", "*");
    return serveFile(`${www}node_modules/pdfjs-dist`, request.url, request, response);
  });
  await new Promise((resolve) => cdn.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    cdn.closeAllConnections();
    cdn.close();
  });
  const from = `http://127.0.0.1:${cdn.address().port}`;
  const policy = `default-src 'self'; script-src 'self' 'wasm-unsafe-eval' ${from}; worker-src 'self' blob:; connect-src 'self' ${from}; font-src 'self' ${from}`;
  const { page, clean } = await open(t, { headers: [["Content-Security-Policy", policy]] });
  await page.evaluate((url) => (window.tools.pdfjs = window.tools.pdfjsFrom(url)), `${from}/build/pdf.min.mjs`);
  await show(page, allKinds(), 1, PHRASE);
  assert.equal(page.workers().length, 1);
  assert.ok(asked.includes("/build/pdf.worker.min.mjs"), asked.join());
  await clean();
});

test("pdf.js comes as an import, too, and must know its worker", { timeout: 2 * SLOW_MS }, async (t) => {
  const { page, clean } = await open(t);
  const ended = await page.evaluate(async (file) => {
    const { tools } = window;
    const module = await import("/pdfjs/build/pdf.mjs");
    const pdfjs = async () => module;
    const showing = () => tools.showPdfPage(tools.container, { file: tools.file(file), page: 1, rects: [], pdfjs, signal: new AbortController().signal, labels: tools.labels });
    const without = await showing().catch((error) => error.code);
    module.GlobalWorkerOptions.workerSrc = "/pdfjs/build/pdf.worker.mjs";
    const { pages } = await showing();
    // Helvetica is not in the file, and pdf.js has no folder of fonts here: it is the system's.
    return { without, pages, text: tools.container.innerText, ink: tools.ink() };
  }, allKinds());
  assert.equal(ended.without, "pdf.unavailable");
  assert.equal(ended.pages, Object.keys(kinds).length);
  assert.match(ended.text, /Crocodiles/);
  assert.ok(ended.ink.right - ended.ink.left > 100, JSON.stringify(ended.ink));
  await clean();
});

function contains(outer, inner, slack) {
  return inner.left >= outer.left - slack && inner.right <= outer.right + slack && inner.top >= outer.top - slack && inner.bottom <= outer.bottom + slack;
}

/** Intersection over union. */
function overlap(one, other) {
  const area = ({ left, top, right, bottom }) => Math.max(0, right - left) * Math.max(0, bottom - top);
  const common = area({ left: Math.max(one.left, other.left), top: Math.max(one.top, other.top), right: Math.min(one.right, other.right), bottom: Math.min(one.bottom, other.bottom) });
  return common / (area(one) + area(other) - common);
}

test("a scanned page is drawn, shown to a model that sees, and found by what it read", { timeout: 2 * SLOW_MS }, async (t) => {
  const { page, clean, origin } = await open(t);
  // A picture of four dots, the upper left one red, on a page that is turned on its side.
  const scan = { lines: [{ operators: "q 612 0 0 792 0 0 cm BI /W 2 /H 2 /CS /RGB /BPC 8 /F /AHx ID FF0000FFFFFFFFFFFFFFFFFF> EI Q" }], more: "/Rotate 90" };
  const file = base64(makePdf([{ lines: lines(72, 500) }, scan]));
  const seen = await page.evaluate(async (file) => {
    const { tools } = window;
    const asked = [];
    const fetch = async (address, { body }) => {
      const { model, messages: [{ content: [{ image_url }, { text }] }] } = JSON.parse(body);
      const bytes = Uint8Array.from(atob(image_url.url.split(",")[1]), (char) => char.charCodeAt(0));
      const picture = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
      const canvas = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height });
      const context = canvas.getContext("2d", { willReadFrequently: true });
      context.drawImage(picture, 0, 0);
      const isRed = (x, y) => {
        const [red, green] = context.getImageData(x * picture.width, y * picture.height, 1, 1).data;
        return red > 200 && green < 60;
      };
      asked.push({ address, model, said: text.length > 20, type: image_url.url.slice(0, 15), size: [picture.width, picture.height], red: [isRed(0.25, 0.25), isRed(0.75, 0.25), isRed(0.25, 0.75), isRed(0.75, 0.75)] });
      return Response.json({ choices: [{ message: { content: "The walrus is fed at noon." } }] });
    };
    const qa = await tools.createAssistant();
    let refused;
    try {
      tools.ocrByModel({ baseURL: "/vision/", model: "m", apiKey: "k", draw: () => "" });
    } catch ({ code }) {
      refused = code;
    }
    const ocr = tools.ocrByModel({ baseURL: "/vision/", model: "qwen-vl-ocr", pdfjs: "/pdfjs/build/pdf.min.mjs", fetch });
    await qa.documents.add(new File([tools.file(file)], "scan.pdf"), { ocr }).done;
    const { text } = await qa.documents.page("scan.pdf", 2);
    const [hit] = await qa.search("When is the walrus fed?");
    await qa.dispose();
    return { asked, text, refused, hit: hit.text };
  }, file);
  assert.equal(seen.refused, "key.exposed");
  assert.deepEqual(seen.asked, [{ address: `${origin}/vision/chat/completions`, model: "qwen-vl-ocr", said: true, type: "data:image/jpeg", size: [1600, 1236], red: [false, true, false, false] }]);
  assert.equal(seen.text, "The walrus is fed at noon.");
  assert.match(seen.hit, /The walrus is fed at noon\./);
  await clean();
});
