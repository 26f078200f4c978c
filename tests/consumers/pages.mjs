// The examples in HTML and Vue, opened in headless Chromium with the packed package: what they show
// is there, its attributes are known, and the page complains of nothing.
import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { newPage } from "./browser.mjs";
import { execute, project, run } from "./prepare.mjs";
import { serve } from "./serve.mjs";
import { blocks, placeOf } from "../docs/documents.mjs";

const SITE = { "terms.html": '<!doctype html><html lang="en"><title>Terms</title><main><h1 id="cancel">How to cancel</h1><p>The notice period is three months.</p></main></html>' };

/** A folder with the package where the examples look for it, and an index of a page. */
async function place(name, files = {}) {
  const folder = await project("quick", name, { ...SITE, ...files });
  await symlink("node_modules/qwen-agent-wasm", join(folder, "qwen-agent-wasm"));
  await execute(process.execPath, ["node_modules/qwen-agent-wasm/dist/cli.js", "index", "terms.html", "-o", "site.qai"], { cwd: folder });
  return folder;
}

/** Opens a page that has the widget, and the widget; what it shows, and what went wrong. */
async function opened(t, url) {
  const page = await newPage(t);
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.addInitScript(() => {
    window.ready = new Promise((resolve) => {
      for (const type of ["qa-ready", "qa-error"]) addEventListener(type, ({ detail }) => resolve({ type, message: detail.message }));
    });
  });
  await page.goto(url);
  const found = await page.evaluate(async () => {
    await customElements.whenDefined("qwen-assistant");
    const [element] = document.querySelectorAll("qwen-assistant");
    const known = customElements.get("qwen-assistant").observedAttributes;
    const unknown = element.getAttributeNames().filter((name) => !known.includes(name) && !name.startsWith("data-v"));
    element.open();
    return { unknown, said: await window.ready, suggestions: [...(element.suggestions ?? [])] };
  });
  await page.locator("qwen-assistant [part~=panel]").first().waitFor();
  return { ...found, complaints };
}

export async function htmlPages(t) {
  const examples = (await blocks()).filter(({ kind, path }) => kind === "html" && path !== "docs/tutorial.md");
  assert.ok(examples.length >= 4);
  const files = Object.fromEntries(examples.map(({ code }, index) => [`page-${index}.html`, `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>An example</title>\n<link rel="icon" href="data:,">\n${code}`]));
  const url = await serve(t, await place("pages", files), { fallback: false });
  for (const [index, example] of examples.entries()) {
    const { said, unknown, complaints } = await opened(t, `${url}/page-${index}.html`);
    assert.deepEqual({ said: said.type, unknown, complaints }, { said: "qa-ready", unknown: [], complaints: [] }, placeOf(example));
  }
}

export async function vuePage(t) {
  const examples = (await blocks()).filter(({ path }) => path === "docs/how-to/frameworks.md");
  const files = Object.fromEntries(examples.filter(({ title }) => ["vite.config.ts", "src/App.vue"].includes(title)).map(({ title, code }) => [title, code]));
  assert.equal(Object.keys(files).length, 2);
  const folder = await place("vue", {
    ...files,
    "index.html": '<!doctype html>\n<html lang="en">\n<title>Vue</title>\n<link rel="icon" href="data:,">\n<div id="app"></div>\n<script type="module" src="./src/main.js"></script>\n',
    "src/main.js": 'import { createApp } from "vue";\nimport App from "./App.vue";\ncreateApp(App).mount("#app");\n',
  });
  await run("quick", folder, ["vite", "build"]);
  await execute("cp", ["site.qai", "dist/"], { cwd: folder });
  const { said, unknown, suggestions, complaints } = await opened(t, await serve(t, join(folder, "dist"), { fallback: false }));
  assert.deepEqual({ said: said.type, unknown, suggestions, complaints }, { said: "qa-ready", unknown: [], suggestions: ["How long is the notice period?"], complaints: [] });
}
