// Ours in a page of headless Chromium, in its worker. The page comes from a server on loopback
// that lives as long as this; the endpoint is another origin, as it mostly is.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PAGE = "/benches/agents/browser/page.html";
/** Nothing else of the repository is served. */
const SERVED = ["benches/agents/", "pkg/dist/"];
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };
const USUAL = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];

/** A browser whose `open()` gives what node.mjs gives, and `version`. */
export async function startChromium() {
  const { chromium } = await import("playwright-core");
  const server = await serve();
  const browser = await chromium.launch({ executablePath: executable(), args: FLAGS });
  return {
    version: browser.version(),
    async open(options) {
      const tab = await browser.newPage();
      await tab.goto(`http://127.0.0.1:${server.address().port}${PAGE}`);
      await tab.waitForFunction(() => globalThis.bench);
      await tab.evaluate((given) => globalThis.bench.open(given), options);
      return {
        asked: (question) => tab.evaluate((given) => globalThis.bench.asked(given), question),
        aborted: (question, afterMs) => tab.evaluate(([given, after]) => globalThis.bench.aborted(given, after ?? undefined), [question, afterMs]),
        close: () => tab.close(),
      };
    },
    async close() {
      await browser.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

function executable() {
  const found = [process.env.CHROMIUM_PATH, ...USUAL].find((path) => path && existsSync(path));
  if (found) return found;
  throw new Error("there is no Chromium; install it, or set CHROMIUM_PATH");
}

function serve() {
  const server = createServer(async (request, response) => {
    const file = fileIn(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    try {
      const content = await readFile(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((settle, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => settle(server));
  });
}

/** Nothing if the address leads out of what is served. */
function fileIn(path) {
  const file = resolve(ROOT, `.${path}`);
  const within = file.slice(ROOT.length).split(sep).join("/");
  return file.startsWith(ROOT) && SERVED.some((folder) => within.startsWith(folder)) ? file : "";
}
