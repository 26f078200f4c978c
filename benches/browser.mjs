// What the benchmarks in Chromium share: where it is, how it is started, and a server on loopback
// for its pages, which lives as long as the caller lets it.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };
const USUAL = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** So that nothing but the page works while it is measured. */
export const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];

/** Where Chromium is. */
export function executable() {
  const found = [process.env.CHROMIUM_PATH, ...USUAL].find((path) => path && existsSync(path));
  if (found) return found;
  throw new Error("there is no Chromium; install it, or set CHROMIUM_PATH");
}

/**
 * Serves these folders of the repository and nothing else of it. `special(path)` names the file of
 * an address that is none of these; undefined means that it is not special. `headers` go with
 * every file.
 */
export function serveRepository(folders, special = () => undefined, headers = {}) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const file = special(path) ?? fileIn(folders, path);
    try {
      const content = await readFile(file);
      response.writeHead(200, { ...headers, "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(content);
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
function fileIn(folders, path) {
  const file = resolve(ROOT, `.${path}`);
  const within = file.slice(ROOT.length).split(sep).join("/");
  return file.startsWith(ROOT) && folders.some((folder) => within.startsWith(folder)) ? file : "";
}
