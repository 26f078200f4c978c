// The site owner's path, from end to end: a built site, an index made by the command, one script
// tag whose script comes from another origin, and answers that lead to the page and the words.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { serveFile } from "../server/static.mjs";
import { openPage, SLOW_MS } from "./browser.mjs";
import { repository, startEndpoint } from "./support.mjs";

const options = { timeout: 3 * SLOW_MS };

const page = (title, body, head = "") => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>${head}</head><body><nav><a href="/">Home</a></nav><main><h1>${title}</h1>${body}</main></body></html>`;

/** What a generator of sites might leave behind. */
function site(origin, script) {
  return {
    "index.html": page("The mill", "<p>We grind oats and rye for the whole valley.</p>", `<script type="module" src="${script}"></script>`).replace("</body>", '<qwen-assistant base-url="/v1" model="qwen-scripted" index="/site.qai" suggestions="When is rye ground?"></qwen-assistant></body>'),
    "hours/index.html": page("Opening hours", '<h2 id="days">Days</h2><p>Oats are ground on Mondays. Rye is ground on Thursdays, from eight to noon.</p><h2 id="closed">Closed</h2><p>The mill is closed in August.</p>', `<link rel="canonical" href="${origin}/hours/">`),
    "prices.html": page("Prices", "<p>Grinding a sack of rye costs nine crowns.</p>"),
    "drafts/secret.html": page("Draft", "<p>Rye is ground at midnight.</p>", '<meta name="robots" content="noindex">'),
  };
}

/** Another origin that has the package, as those that serve packages do. */
async function startCdn(t) {
  const server = createServer((request, response) => {
    response.setHeader("Access-Control-Allow-Origin", "*");
    return serveFile(`${repository}pkg`, request.url.split("?", 1)[0], request, response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

test("one script tag and one command: a visitor asks, and is led to the words on the page", options, async (t) => {
  const endpoint = await startEndpoint(t);
  const cdn = await startCdn(t);
  const folder = await mkdtemp(join(tmpdir(), "qwen-agent-site-"));
  t.after(() => rm(folder, { recursive: true }));
  const asked = [];
  const { page: visitor, origin } = await openPage(t, async (request, response) => {
    if (request.url.startsWith("/v1/")) {
      // The site's own server passes questions on.
      const body = [];
      for await (const part of request) body.push(part);
      const answer = await fetch(`${endpoint.baseUrl}${request.url.slice(3)}`, { method: request.method, headers: { "Content-Type": "application/json" }, ...(body.length > 0 ? { body: Buffer.concat(body) } : {}) });
      response.writeHead(answer.status, { "Content-Type": answer.headers.get("content-type") });
      for await (const part of answer.body) response.write(part);
      return response.end();
    }
    asked.push(request.url);
    return serveFile(folder, request.url.split("?", 1)[0], request, response);
  });
  for (const [name, text] of Object.entries(site(origin, `${cdn}/dist/widget.js`))) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const cli = `${repository}pkg/dist/cli.js`;
  await promisify(execFile)(process.execPath, [cli, "index", folder, "--site", `${origin}/`, "--include", "*.html", "-o", join(folder, "site.qai")]);

  const complaints = [];
  visitor.on("pageerror", (error) => complaints.push(error.message));
  await visitor.goto(origin);
  const launcher = visitor.getByRole("button", { name: "Ask the documents" });
  await launcher.waitFor();
  assert.ok(!asked.includes("/site.qai"), "the index is loaded before anyone has asked");
  await launcher.click();
  await visitor.getByRole("button", { name: "When is rye ground?" }).click();
  const turn = visitor.locator('.turn[data-status="done"]');
  await turn.waitFor();
  assert.match(await turn.locator(".answer-text").textContent(), /Thursdays/);
  await turn.locator(".marker").first().click();
  const link = visitor.getByRole("link", { name: "Open the page" });
  const address = new URL(await link.getAttribute("href"));
  assert.equal(`${address.origin}${address.pathname}`, `${origin}/hours/`);
  assert.match(decodeURIComponent(address.hash), /^#days:~:text=Rye is ground/);
  const sent = JSON.stringify((await endpoint.log()).map(({ body }) => body));
  assert.ok(sent.includes("Thursdays") && !sent.includes("midnight"), "a page that says noindex was used");

  // On the next page of the site, the conversation is there again.
  await visitor.goto(`${origin}/`);
  await visitor.getByRole("button", { name: "Ask the documents" }).click();
  await visitor.locator(".turn").getByText("Thursdays").first().waitFor();
  assert.deepEqual(complaints, []);
});
