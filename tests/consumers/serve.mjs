// A server of files on loopback, as simple ones are: types by extension, and for addresses that it
// does not know the page, as those of single-page applications answer.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript", ".json": "application/json", ".wasm": "application/wasm", ".css": "text/css" };

/** Serves `folder`; `headers` go with every answer. Gives its origin, and stops after the test. */
export async function serve(t, folder, { headers = {}, fallback = true } = {}) {
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, "http://localhost");
    const path = pathname.endsWith("/") ? `${pathname}index.html` : pathname;
    const body = await readFile(join(folder, normalize(decodeURIComponent(path)))).catch(() => undefined);
    if (body) return response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream", ...headers }).end(body);
    const page = fallback && path !== "/favicon.ico" ? await readFile(join(folder, "index.html")).catch(() => undefined) : undefined;
    response.writeHead(page ? 200 : 404, { "content-type": TYPES[".html"], ...headers }).end(page);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}
