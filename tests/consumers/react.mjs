// The component of React in a page: around an element that writes down what it is told, and around
// the widget itself, served from beside the page as bundlers leave it.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { newPage } from "./browser.mjs";
import { packed, repository } from "./prepare.mjs";
import { serve } from "./serve.mjs";

const ELEMENT = `
customElements.define("qwen-assistant", class extends HTMLElement {
  connectedCallback() {
    window.seen = { attributes: this.outerHTML, properties: { options: this.options, suggestions: this.suggestions } };
    this.dispatchEvent(new CustomEvent("qa-ready", { bubbles: true, composed: true }));
  }
  say(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
});`;

const PROGRAM = `
import { createElement, StrictMode, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { QwenAssistant } from "qwen-agent-wasm/react";

window.events = [];
const suggestions = ["Who signs?"];
function App() {
  const [times, setTimes] = useState(1);
  const ref = useRef(null);
  window.again = () => setTimes(times + 1);
  window.element = () => ref.current;
  return createElement(QwenAssistant, {
    ref, suggestions, baseURL: "/api/qwen", model: "qwen-" + times, open: times === 1,
    options: times === 1 ? { level: "read" } : undefined,
    onReady: () => window.events.push("ready " + times),
    onFeedback: ({ detail }) => window.events.push("feedback " + detail + " " + times),
  });
}
window.root = createRoot(document.getElementById("root"));
window.root.render(createElement(StrictMode, undefined, createElement(App)));`;

export async function reactPage(t) {
  const require = createRequire(join(repository, "pkg/package.json"));
  const { build } = require("esbuild");
  const package_ = await packed();
  const { outputFiles } = await build({
    stdin: { contents: PROGRAM, resolveDir: repository },
    bundle: true,
    write: false,
    format: "iife",
    define: { "process.env.NODE_ENV": '"development"' },
    nodePaths: [join(repository, "pkg/node_modules")],
    logLevel: "warning",
    plugins: [{
      name: "element",
      setup(made) {
        made.onResolve({ filter: /^qwen-agent-wasm\/react$/ }, () => ({ path: join(package_, "dist/react.js") }));
        made.onResolve({ filter: /^\.\/widget\/index\.js$/ }, () => ({ path: "element", namespace: "test" }));
        made.onLoad({ filter: /^element$/, namespace: "test" }, () => ({ contents: ELEMENT }));
      },
    }],
  });
  const page = await newPage(t);
  await page.setContent('<!doctype html><title>React</title><div id="root"></div>');
  await page.addScriptTag({ content: outputFiles[0].text });
  await page.waitForFunction(() => window.events.length > 0);
  const look = () => page.evaluate(() => ({ html: window.element().outerHTML, options: window.element().options ?? null, suggestions: window.element().suggestions, events: window.events.splice(0) }));
  const seen = await page.evaluate(() => window.seen);
  // All is there before the element starts.
  assert.match(seen.attributes, /base-url="\/api\/qwen" open="" model="qwen-1"/);
  assert.deepEqual(seen.properties, { options: { level: "read" }, suggestions: ["Who signs?"] });
  assert.deepEqual((await look()).events, ["ready 1"]);
  await page.evaluate(() => window.again());
  await page.waitForFunction(() => window.element().getAttribute("model") === "qwen-2");
  await page.evaluate(() => window.element().say("qa-feedback", "good"));
  const after = await look();
  assert.match(after.html, /^<qwen-assistant base-url="\/api\/qwen" model="qwen-2"><\/qwen-assistant>$/);
  assert.deepEqual([after.options, after.suggestions, after.events], [null, ["Who signs?"], ["feedback good 2"]]);
  // What is gone is not told of any more.
  await page.evaluate(() => {
    const element = window.element();
    window.root.unmount();
    element.say("qa-feedback", "late");
  });
  assert.deepEqual(await page.evaluate(() => window.events), []);
}

const WIDGET = `
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { QwenAssistant } from "qwen-agent-wasm/react";

const suggestions = ["Where does the walrus sleep?"];
createRoot(document.getElementById("root")).render(createElement(QwenAssistant, {
  mode: "inline", storage: "memory", suggestions,
  onReady: async ({ detail }) => {
    await detail.assistant.documents.add({ name: "walrus.txt", bytes: new TextEncoder().encode("The walrus sleeps on the ice.") }).done;
    window.answer = new Promise((resolve) => (window.resolve = resolve));
    window.ready = true;
  },
  onRunEnd: ({ detail }) => window.resolve(detail),
}));`;

export async function reactWidget(t) {
  const require = createRequire(join(repository, "pkg/package.json"));
  const package_ = await packed();
  const origin = await serve(t, package_, { fallback: false });
  const { outputFiles } = await require("esbuild").build({
    stdin: { contents: WIDGET, resolveDir: repository },
    bundle: true,
    write: false,
    format: "esm",
    define: { "process.env.NODE_ENV": '"production"' },
    nodePaths: [join(repository, "pkg/node_modules")],
    logLevel: "warning",
    plugins: [{
      name: "package",
      setup(made) {
        made.onResolve({ filter: /^qwen-agent-wasm\/react$/ }, () => ({ path: join(package_, "dist/react.js") }));
        // Left to the browser, with all that it loads later.
        made.onResolve({ filter: /^\.\/widget\/index\.js$/ }, () => ({ path: `${origin}/dist/widget/index.js`, external: true }));
      },
    }],
  });
  const page = await newPage(t);
  await page.goto(`${origin}/package.json`);
  await page.setContent('<!doctype html><title>React</title><div id="root"></div>');
  await page.addScriptTag({ content: outputFiles[0].text, type: "module" });
  await page.waitForFunction(() => window.ready);
  await page.getByRole("button", { name: "Where does the walrus sleep?" }).click();
  const { status, answer } = await page.evaluate(() => window.answer);
  assert.equal(status, "done");
  assert.match(answer.text, /on the ice/);
  assert.equal(answer.citations[0].documentId, "walrus.txt");
}
