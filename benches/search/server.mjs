// Serves one engine's page on loopback: the bundle, the corpora, our package, the peers' wasm, and
// the saved index that one page leaves for the next. The page is isolated, which gives its clock
// steps of 5 µs.

import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };
const ISOLATED = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
const PAGE = '<!doctype html><meta charset="utf-8"><title>Search, side by side</title><script type="module" src="/bundle.js"></script>';

/** `{ address, close }`. */
export async function serve(bundle, corpora) {
  const folders = { "/corpora/": corpora, "/pkg/": join(HERE, "../../pkg/"), "/modules/": join(HERE, "node_modules/"), "/floor/": join(HERE, "floor/target/wasm32-unknown-unknown/release/") };
  const fixed = { "/": ["text/html", PAGE], "/bundle.js": ["text/javascript", bundle] };
  let saved = { kind: "bytes", bytes: Buffer.alloc(0) };
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    if (pathname === "/saved") {
      if (request.method === "POST") saved = { kind: searchParams.get("kind"), bytes: await bodyOf(request) };
      response.writeHead(200, { ...ISOLATED, "x-kind": saved.kind }).end(request.method === "POST" ? "" : saved.bytes);
      return;
    }
    const [type, content] = fixed[pathname] ?? [];
    if (content) response.writeHead(200, { ...ISOLATED, "content-type": type }).end(content);
    else send(response, fileFor(folders, pathname));
  });
  await new Promise((settle, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", settle);
  });
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { address: `http://127.0.0.1:${server.address().port}/`, close };
}

/** Nothing if the address leads out of the folders. */
export function fileFor(folders, pathname) {
  const path = normalize(decodeURIComponent(pathname));
  const prefix = Object.keys(folders).find((prefix) => path.startsWith(prefix));
  return prefix && join(folders[prefix], path.slice(prefix.length));
}

function send(response, file) {
  if (!file || !existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { ...ISOLATED, "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
  createReadStream(file).on("error", () => response.destroy()).pipe(response);
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}
