// What a visitor does in any browser: open, look, click, type, wait. It knows elements by role,
// name and words only, and browsers by the few calls that firefox.mjs and webkit.mjs give.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { pierce } from "./pierce.mjs";
import { pause } from "./program.mjs";

const PATIENCE_MS = 60_000;

/** Keys that are no characters, as WebDriver writes them. */
export const KEYS = { enter: "\uE007", escape: "\uE00C" };

export class Visitor {
  constructor(session, site) {
    Object.assign(this, { session, site });
  }

  async open(path) {
    await this.session.goto(this.site.origin + path);
    await this.#watch();
  }

  async reload() {
    await this.session.reload();
    await this.#watch();
  }

  /** Runs a function in the page, with plain values as arguments; gives what it settles to. */
  async evaluate(run, ...args) {
    const source = `async (json) => {
      const page = (${pierce})();
      return JSON.stringify((await (${run})(page, ...JSON.parse(json))) ?? null);
    }`;
    return JSON.parse(await this.session.execute(source, JSON.stringify(args, asPlain)));
  }

  /** Runs it again until it gives something, which is returned. */
  async until(what, run, ...args) {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const value = await this.evaluate(run, ...args);
      if (value) return value;
      if (Date.now() > end) assert.fail(`${this.session.name} waited for ${what}; the page says: ${await this.words()}`);
      await pause(50);
    }
  }

  words() {
    return this.evaluate((page) => page.words());
  }

  /** Waits until the page's visible words fit. */
  says(pattern) {
    return this.until(`the words ${pattern}`, (page, pattern) => page.fits(page.words(), pattern), pattern);
  }

  /** The names of all visible elements of a role. */
  names(role, name) {
    return this.evaluate((page, role, name) => page.all(role, name).map(page.nameOf), role, name);
  }

  sees(role, name) {
    return this.until(`a ${role} ${name}`, (page, role, name) => page.all(role, name).length > 0, role, name);
  }

  /** Clicks the last element of a role and name, as a person would: where it is on the screen. */
  async click(role, name) {
    const { x, y } = await this.until(`a ${role} ${name}, in reach`, inReach, role, name);
    await this.session.perform([
      {
        type: "pointer",
        id: "mouse",
        parameters: { pointerType: "mouse" },
        actions: [{ type: "pointerMove", x, y, duration: 0 }, { type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 }],
      },
    ]);
  }

  /** Types into whatever has the focus. */
  async type(text) {
    const strokes = [...text].flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]);
    await this.session.perform([{ type: "key", id: "keyboard", actions: strokes }]);
  }

  /** Fills a field: clicks into it, empties it, types. */
  async fill(name, text) {
    await this.click("textbox", name);
    await this.evaluate((page, name) => page.all("textbox", name).at(-1).select(), name);
    await this.type(text);
  }

  /** Chooses by value. What a list looks like when it is open is the system's own. */
  choose(name, value) {
    return this.evaluate(
      (page, name, value) => {
        const list = page.all("combobox", name).at(-1);
        list.value = value;
        for (const type of ["input", "change"]) list.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
      },
      name,
      value,
    );
  }

  /** Gives the page's file input files, as its dialog would. */
  async giveFiles(...paths) {
    const files = await Promise.all(paths.map(async (path) => ({ name: basename(path), base64: (await readFile(path)).toString("base64") })));
    await this.evaluate((page, files) => {
      const transfer = new DataTransfer();
      for (const { name, base64 } of files) {
        transfer.items.add(new File([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], name));
      }
      const input = page.all("file").at(-1);
      input.files = transfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true, composed: true }));
    }, files);
  }

  /** Fails if the page threw, logged an error, or broke its policy. */
  async assertContent() {
    const thrown = await this.evaluate(() => globalThis.thrown);
    assert.deepEqual([...thrown, ...this.session.complaints, ...this.site.violations], []);
  }

  /** In browsers without a preload, what is thrown before the page is loaded is not seen. */
  #watch() {
    return this.evaluate(watch);
  }
}

/** Runs in the page: writes down what is thrown and nobody catches, and what its policy forbids. */
export function watch() {
  if (globalThis.thrown) return;
  globalThis.thrown = [];
  addEventListener("error", ({ message }) => globalThis.thrown.push(message));
  addEventListener("unhandledrejection", ({ reason }) => globalThis.thrown.push(String(reason)));
  // Reports to the server come when they come; this one comes at once.
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => globalThis.thrown.push(`${violatedDirective} ${blockedURI}`));
}

/** Runs in the page: the middle of an element that nothing covers and that takes clicks. */
function inReach(page, role, name) {
  const element = page.all(role, name).at(-1);
  if (!element || element.disabled) return undefined;
  element.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
  const box = element.getBoundingClientRect();
  const [x, y] = [Math.round(box.left + box.width / 2), Math.round(box.top + box.height / 2)];
  const hit = element.getRootNode().elementFromPoint(x, y);
  return hit && (element.contains(hit) || hit.contains(element)) ? { x, y } : undefined;
}

/** Patterns travel as their parts. */
function asPlain(_key, value) {
  return value instanceof RegExp ? { source: value.source, flags: value.flags } : value;
}
