// A page of somebody's, with the widget from the package's own files, under a policy as strict as
// there is. Its style sheet is as unhelpful as those of real pages.

import { securityHeaders, serveFile } from "../server/static.mjs";
import { openPage, watched } from "./browser.mjs";
import { repository } from "./support.mjs";

const style = "html { font-size: 62.5%; line-height: 3 } * { letter-spacing: 2px; text-transform: uppercase } qwen-assistant { --qa-unit: 16px }";
/** What a page under Trusted Types has to do for any worker of its own origin. */
const script = `trustedTypes.createPolicy("default", { createScriptURL: (url) => (new URL(url, location.href).origin === location.origin ? url : null) });`;

/** Opens a page with `body` in it; `files` are further answers, by path. */
export async function openWidget(t, { body = "<qwen-assistant></qwen-assistant>", before = "", files = {}, context = {}, define = true } = {}) {
  const asked = [];
  const listener = async (request, response) => {
    const path = request.url.split("?", 1)[0];
    asked.push(path);
    for (const [name, value] of securityHeaders) response.setHeader(name, value);
    const send = (type, text) => response.writeHead(200, { "Content-Type": `${type}; charset=utf-8` }).end(text);
    if (path === "/") return send("text/html", `<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width"><title>A site</title><link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/page.css"><script type="module" src="/start.js"></script></head><body><main><h1>A site</h1>${body}</main></body></html>`);
    if (path === "/page.css") return send("text/css", style);
    if (path === "/icon.svg") return send("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"/>');
    if (path === "/start.js") return send("text/javascript", `${script}\n${before}\n${define ? 'await import("/widget/index.js");' : ""}`);
    const file = files[path];
    if (file) return typeof file === "function" ? file(request, response) : response.writeHead(200, { "Content-Type": "application/octet-stream" }).end(file);
    return serveFile(`${repository}pkg/dist`, path, request, response);
  };
  const { page, origin } = await openPage(t, listener, { reducedMotion: "reduce", viewport: { width: 1280, height: 800 }, ...context });
  const trouble = await watched(page);
  await page.goto(origin);
  if (define) await page.waitForFunction(() => customElements.get("qwen-assistant") !== undefined);
  const widget = page.locator("qwen-assistant");
  return {
    page,
    origin,
    asked,
    widget,
    trouble,
    ready: () => page.locator('.panel[data-ready="ready"]').first().waitFor(),
    addText: (name, text) => widget.first().evaluate((element, [name, text]) => element.addFiles([new File([text], name, { type: "text/plain" })]), [name, text]),
    document: (name) => page.locator('.document[data-status="ready"]', { hasText: name }),
    async ask(question) {
      const before = await page.locator(".turn").count();
      await page.locator("#question").fill(question);
      await page.locator("#question").press("Enter");
      const turn = page.locator(".turn").nth(before);
      await turn.waitFor();
      return turn;
    },
  };
}

/** A model of the page's own, as a script, that says `text` piece by piece; `window.go()` lets it go on to the end. */
export function modelSaying(text, { pieces = 40, waits = false } = {}) {
  return `
    const text = ${JSON.stringify(text)};
    const waits = ${waits};
    window.going = waits ? new Promise((resolve) => (window.go = resolve)) : Promise.resolve();
    let calls = 0;
    window.model = async function* () {
      calls += 1;
      const size = Math.max(1, Math.ceil(text.length / ${pieces}));
      for (let at = 0; at < text.length; at += size) {
        // The first is asked for a plan, the second for the answer.
        if (waits && calls > 1 && at > text.length / 2) await window.going;
        yield { choices: [{ index: 0, delta: { content: text.slice(at, at + size) }, finish_reason: null }] };
      }
      yield { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };
    };
    document.querySelector("qwen-assistant").options = { model: window.model, level: "retrieve", storage: { readings: "memory" } };
  `;
}
