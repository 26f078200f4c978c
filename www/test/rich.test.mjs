// Formulas and code in colors, in Chromium under the demo page's strict policy: they are nodes that
// the browser lays out, break no policy, and nothing that a model writes gets further than that.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { securityHeaders, serveFile } from "../server/static.mjs";
import { openPage, SLOW_MS, watched } from "./browser.mjs";
import { repository, www } from "./support.mjs";

/** The page, with the modules in `window.tools`. */
async function open(t, context = {}) {
  const asked = [];
  const listener = (request, response) => {
    asked.push(request.url);
    for (const [name, value] of securityHeaders) response.setHeader(name, value);
    if (request.url === "/favicon.ico") return response.writeHead(204).end();
    if (request.url === "/") return response.writeHead(200, { "Content-Type": "text/html" }).end('<!doctype html><meta charset="utf-8"><title>page</title><div id="host"></div>');
    return serveFile(`${repository}pkg/dist`, request.url, request, response);
  };
  const { page, origin } = await openPage(t, listener, context);
  const trouble = await watched(page);
  await page.goto(`${origin}/`);
  await page.evaluate(async () => {
    const math = await import("/widget/rich/math.js");
    const code = await import("/widget/rich/highlight.js");
    const root = document.getElementById("host").attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`:host { color-scheme: light dark; }\n${math.mathStyles}\n${code.highlightStyles}`);
    root.adoptedStyleSheets = [sheet];
    window.tools = { ...math, ...code, root };
  });
  const clean = async () => assert.deepEqual(await trouble(), []);
  return { page, clean, asked };
}

const formulas = {
  "\\frac{1}{2}": "mfrac",
  "\\sqrt{x^2+1}": "msqrt",
  "\\sum_{i=1}^n i": "munderover, msubsup",
  "\\begin{pmatrix}a&b\\\\c&d\\end{pmatrix}": "mtable",
  "\\begin{align}a&=b\\\\c&=d\\end{align}": "mtable",
  // These two come with a style attribute from Temml.
  "\\sideset{_1^2}{_3^4}\\prod": "mmultiscripts",
  "\\pmb{x}": "mstyle",
  "\\boxed{E=mc^2}": "mrow",
  "\\cancel{x}": "menclose",
  "\\color{red}x": "mi",
  "\\begin{equation}a\\label{host}\\end{equation}": "mtable",
};

test("formulas are MathML that is laid out, under a strict policy", { timeout: 2 * SLOW_MS }, async (t) => {
  const { page, clean, asked } = await open(t);
  assert.ok(!asked.some((path) => /vendor/.test(path)), "loaded before the first formula");
  for (const [tex, element] of Object.entries(formulas)) {
    for (const display of [true, false]) {
      const seen = await page.evaluate(async ([tex, display, element]) => {
        const { renderMath, root } = window.tools;
        const node = await renderMath(tex, display);
        root.replaceChildren(node);
        const found = node.querySelector(element);
        const { width, height } = node.getBoundingClientRect();
        const namespace = found?.namespaceURI;
        return { class: node.className, namespace, width, height, ids: node.querySelectorAll("[id]").length, display: getComputedStyle(node).display };
      }, [tex, display, element]);
      assert.equal(seen.namespace, "http://www.w3.org/1998/Math/MathML", `${tex}: ${JSON.stringify(seen)}`);
      assert.ok(seen.width > 5 && seen.height > 5, tex);
      const block = display || /begin.(align|equation)/.test(tex);
      assert.equal(seen.class, block ? "math math-display" : "math");
      assert.equal(seen.display === "block", block);
      assert.equal(seen.ids, 0, tex);
    }
  }
  const bold = await page.evaluate(async () => {
    window.tools.root.replaceChildren(await window.tools.renderMath("\\pmb{x}", false));
    return getComputedStyle(window.tools.root.querySelector("mstyle")).fontWeight;
  });
  assert.equal(bold, "700", "a style that came as an attribute is lost");
  await clean();
});

test("a formula that is too wide is scrolled by keyboard, and axe finds nothing", { timeout: SLOW_MS }, async (t) => {
  const { page, clean } = await open(t);
  const stops = await page.evaluate(async () => {
    const { renderMath, root } = window.tools;
    const formulas = [await renderMath("x", true), await renderMath(`a_1${"+a_n".repeat(200)}`, true)];
    root.replaceChildren(...formulas);
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return formulas.map(({ tabIndex }) => tabIndex);
  });
  assert.deepEqual(stops, [-1, 0]);
  await clean();
  await page.evaluate(await readFile(`${www}node_modules/axe-core/axe.min.js`, "utf8"));
  const { violations } = await page.evaluate(() => window.axe.run(document.getElementById("host")));
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`), []);
});

test("TeX that is wrong, unsafe or endless is shown as it was written", { timeout: 2 * SLOW_MS }, async (t) => {
  const { page, clean, asked } = await open(t);
  const before = () => asked.filter((path) => !/\.js$/.test(path)).length;
  const requests = before();
  const refused = [
    "\\frac{1}{",
    "\\nonsense",
    "\\href{javascript:alert(1)}{x}",
    "\\includegraphics{/picture.png}",
    "\\class{a}{b}",
    "\\id{host}{b}",
    "\\style{background:url(/picture.png)}{b}",
    "\\data{a=b}{c}",
    "\\def\\a{\\a\\a}\\a",
    `\\def\\a{${"x+".repeat(2000)}}${"\\a".repeat(400)}`,
    "{".repeat(2400) + "}".repeat(2400),
    "<img src=/picture.png onerror=alert(1)>",
  ];
  for (const tex of refused) {
    const seen = await page.evaluate(async (tex) => {
      const node = await window.tools.renderMath(tex, true);
      window.tools.root.replaceChildren(node);
      return { name: node.localName, text: node.textContent, children: node.childElementCount, strange: window.tools.root.querySelectorAll("img, a, [href], [src], [onerror]").length };
    }, tex);
    assert.equal(seen.strange, 0, tex);
    // Signs like < are TeX, too.
    if (!tex.startsWith("<")) assert.deepEqual(seen, { name: "code", text: tex, children: 0, strange: 0 });
  }
  const link = await page.evaluate(async () => (await window.tools.renderMath("\\ref{host}", false)).querySelectorAll("a").length);
  assert.equal(link, 0);
  assert.equal(before(), requests, asked.join());
  await clean();
});

const samples = {
  js: ["const answer = 42; // so", "keyword"],
  typescript: ["interface A { b: string }", "keyword"],
  python: ["def f(x):\n    return 'a'", "keyword"],
  rust: ["fn main() { println!(\"hi\"); }", "keyword"],
  java: ["public class A {}", "keyword"],
  c: ["int main(void) { return 0; }", "keyword"],
  "c++": ["class A { virtual int b(); };", "keyword"],
  go: ["func main() {}", "keyword"],
  sh: ["if true; then echo \"$HOME\"; fi", "keyword"],
  json: ['{ "a": 1 }', "number"],
  yaml: ["a: 1", "number"],
  sql: ["SELECT a FROM b", "keyword"],
  html: ["<p class='a'>text</p><script>let a = 1;</script>", "keyword"],
  css: ["a { color: red; }", "attribute"],
  markdown: ["# Title\n\n*so*", "section"],
};

test("code is the same text in spans, in colors, and markup in it stays text", { timeout: 2 * SLOW_MS }, async (t) => {
  const { page, clean, asked } = await open(t);
  assert.ok(!asked.some((path) => /vendor/.test(path)), "loaded before the first code");
  for (const [language, [code, kind]] of Object.entries(samples)) {
    const seen = await page.evaluate(async ([code, language, kind]) => {
      const pre = document.createElement("pre");
      pre.append(await window.tools.highlight(code, language));
      window.tools.root.replaceChildren(pre);
      const colored = pre.querySelector(`.hljs-${kind}`);
      const others = [...pre.querySelectorAll("*")].filter((element) => element.localName !== "span" || element.getAttributeNames().join() !== "class");
      return { text: pre.textContent, others: others.length, differs: colored && getComputedStyle(colored).color !== getComputedStyle(pre).color };
    }, [code, language, kind]);
    assert.deepEqual(seen, { text: code, others: 0, differs: true }, language);
  }
  const undefineds = await page.evaluate(() => Promise.all([window.tools.highlight("a", "klingon"), window.tools.highlight("a", ""), window.tools.highlight("a ".repeat(50_000), "js")]));
  assert.deepEqual(undefineds, [undefined, undefined, undefined]);
  await clean();
});

for (const colorScheme of ["light", "dark"]) {
  test(`the colors of code are those of the list, and can be read: ${colorScheme}`, { timeout: SLOW_MS }, async (t) => {
    const { page, clean } = await open(t, { colorScheme });
    const { codeColors, codeGrounds } = await import("../../pkg/dist/widget/rich/highlight-styles.js");
    const at = colorScheme === "light" ? 0 : 1;
    const shown = await page.evaluate(async () => {
      const pre = document.createElement("pre");
      pre.append(await window.tools.highlight("const a = 'b'; // c\nconst n = 1;", "js"));
      window.tools.root.replaceChildren(pre);
      return Object.fromEntries(["comment", "keyword", "string", "number"].map((kind) => [kind, getComputedStyle(pre.querySelector(`.hljs-${kind}`)).color]));
    });
    for (const [kind, color] of Object.entries(shown)) assert.deepEqual(color.match(/\d+/g).map(Number), rgb(codeColors[kind][at]), kind);
    for (const [kind, colors] of Object.entries(codeColors)) {
      for (const ground of codeGrounds[at === 0 ? "day" : "night"]) {
        const contrast = contrastOf(rgb(colors[at]), rgb(ground));
        assert.ok(contrast >= 4.5, `${kind} on ${ground}: ${contrast.toFixed(2)}`);
      }
    }
    await clean();
  });
}

function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** As WCAG 2 computes it. */
function contrastOf(one, other) {
  const light = (color) => {
    const [r, g, b] = color.map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}
