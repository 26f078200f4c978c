// A visitor: the demo page in the system's Chromium, with everything it complains about written
// down. Tests say what the visitor does; nothing here may wait by the clock.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { chromium } from "playwright-core";
import { repository, startDemo, until } from "./support.mjs";

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** A page, its browser and its model may be slow together on a small machine. */
export const SLOW_MS = 60_000;

/** A real document of several pages, a question to it, and where the answer stands. */
export const declaration = {
  path: `${repository}tests/inputs/pdf/rights-en.pdf`,
  pages: 4,
  question: "What does the declaration say about arbitrary arrest?",
  page: 3,
};

/** A context of its own in a new browser that ends with the test. */
async function newContext(t, options) {
  assert.ok(existsSync(executablePath), `no Chromium at ${executablePath}: set CHROMIUM_PATH`);
  const browser = await chromium.launch({ executablePath, args: flags, headless: true });
  t.after(() => browser.close());
  return browser.newContext(options);
}

/** A blank page of a server in this process that answers by `listener`; nothing is loaded yet. */
export async function openPage(t, listener, options) {
  const server = createServer(listener);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const page = await (await newContext(t, options)).newPage();
  page.setDefaultTimeout(SLOW_MS);
  return { page, origin: `http://127.0.0.1:${server.address().port}` };
}

/** Opens the page, served by `demo` or by a new demo server with `env`. */
export async function visit(t, { demo, env, context: contextOptions = {}, mayComplain = [], withAxe = false } = {}) {
  const server = demo ?? (await startDemo(t, { env }));
  const context = await newContext(t, { reducedMotion: "reduce", viewport: { width: 1280, height: 800 }, ...contextOptions });
  const page = await context.newPage();
  page.setDefaultTimeout(SLOW_MS);
  const complaints = complaintsOf(page);
  await page.addInitScript(recordPage);
  if (withAxe) await page.addInitScript({ content: await axeSource() });
  await page.goto(server.url);
  await page.locator("#page[data-ready]").waitFor();
  const visitor = new Visitor(page, context, server, complaints, mayComplain);
  return visitor;
}

class Visitor {
  constructor(page, context, server, complaints, mayComplain) {
    Object.assign(this, { page, context, server, complaints, mayComplain });
  }

  /** Drops files on the page, as from the file manager. */
  async drop(...files) {
    const described = await Promise.all(files.map(describe));
    await this.page.evaluate((list) => {
      const transfer = new DataTransfer();
      for (const { name, base64 } of list) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        transfer.items.add(new File([bytes], name));
      }
      const target = document.querySelector("qwen-assistant").shadowRoot.getElementById("drop");
      for (const type of ["dragenter", "dragover", "drop"]) {
        target.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true, composed: true }));
      }
    }, described);
  }

  document(name) {
    return this.page.locator(".document", { hasText: name });
  }

  async ready(name) {
    await this.page.locator('.document[data-status="ready"], .document[data-status="failed"]', { hasText: name }).waitFor();
    const text = await this.document(name).innerText();
    assert.equal(await this.document(name).getAttribute("data-status"), "ready", text);
    return text;
  }

  /** Adds the page's own English sample, and waits until it can be asked. */
  async addSample() {
    await this.page.getByRole("button", { name: "Volunteer handbook" }).click();
    await this.ready("volunteer-handbook.txt");
  }

  /** Types a question, sends it by Enter, and waits for one of the ends. */
  async ask(question, ...ends) {
    const box = this.page.getByRole("textbox", { name: "Your question" });
    const before = await this.page.locator(".turn").count();
    await box.fill(question);
    await box.press("Enter");
    const turn = this.page.locator(".turn").nth(before);
    await turn.waitFor();
    if (ends.length === 0) return turn;
    await this.page.locator('.turn:not([data-status="running"])').nth(before).waitFor();
    assert.ok(ends.includes(await turn.getAttribute("data-status")), `the turn ended differently: ${await turn.textContent()}`);
    return turn;
  }

  /** Chooses an endpoint in the settings; without one, quotes only. */
  async connect(endpoint) {
    const { page } = this;
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByLabel("Answers come from").selectOption(endpoint ? "custom" : "none");
    if (endpoint) {
      await page.getByLabel("Base URL").fill(endpoint.baseUrl);
      await page.getByLabel("Model", { exact: true }).fill(endpoint.model ?? "qwen-scripted");
      if (endpoint.key) await page.getByLabel("Key", { exact: true }).fill(endpoint.key);
    }
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  }

  /** Waits until the live region has said something that fits `pattern`; gives all it has said. */
  async heard(pattern) {
    const said = () => this.page.evaluate(() => window.recorded.announcements);
    await until(async () => (await said()).some((text) => pattern.test(text)), `the live region to say ${pattern}`);
    return said();
  }

  /** Fails if the page logged an error, threw, or broke its policy. */
  async assertContent() {
    const violations = await this.page.evaluate(() => window.recorded.violations);
    const unexpected = this.complaints.filter((text) => !this.mayComplain.some((pattern) => pattern.test(text)));
    assert.deepEqual([...violations, ...unexpected], []);
  }
}

/** What a page complains of from now on: warnings, errors, what it throws. */
export function complaintsOf(page) {
  const complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  return complaints;
}

/** Call it before the page is opened. Gives what tells everything it complained of, and where it broke its policy. */
export async function watched(page) {
  const complaints = complaintsOf(page);
  await page.addInitScript(recordPage);
  return async () => [...(await page.evaluate(() => window.recorded.violations)), ...complaints];
}

/** Runs in the page before its own scripts. */
function recordPage() {
  window.recorded = { violations: [], announcements: [] };
  document.addEventListener("securitypolicyviolation", (event) => {
    window.recorded.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
  });
  // The element that has the focus, however deep in shadow roots.
  window.focused = () => {
    let found = document.activeElement;
    while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
    return found;
  };
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {
    const root = attach.call(this, init);
    const listen = (changes) => {
      for (const { target } of changes) {
        const region = (target.nodeType === Node.TEXT_NODE ? target.parentElement : target)?.closest?.('[role="status"]');
        if (region?.textContent) window.recorded.announcements.push(region.textContent);
      }
    };
    new MutationObserver(listen).observe(root, { childList: true, characterData: true, subtree: true });
    return root;
  };
}

function axeSource() {
  return readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
}

async function describe(file) {
  if (typeof file !== "string") return { name: file.name, base64: Buffer.from(file.bytes).toString("base64") };
  assert.ok(existsSync(file), `${file} is missing`);
  return { name: basename(file), base64: (await readFile(file)).toString("base64") };
}
