// The site that the browsers visit: the built demo page, and the package's files as they are below
// /package/. Both under the demo's own policy, of which every breach is reported to this process,
// whatever the browser.

import { createServer } from "node:http";
import { securityHeaders, serveFile } from "../server/static.mjs";
import { assertBuilt, repository, www } from "../test/support.mjs";

const PACKAGE = "/package/";
const REPORTS = "/policy-breach";

export async function startSite(t) {
  assertBuilt();
  const violations = [];
  /** The paths that were asked for, in order. */
  const asked = [];
  const server = createServer(async (request, response) => {
    const path = request.url.split(/[?#]/, 1)[0];
    if (path === REPORTS) {
      violations.push(await bodyOf(request));
      return response.writeHead(204).end();
    }
    asked.push(path);
    for (const [name, value] of securityHeaders) response.setHeader(name, name === "Content-Security-Policy" ? `${value}; report-uri ${REPORTS}` : value);
    // Its answers are quotes until a visitor names an endpoint.
    if (path === "/config.json") return response.writeHead(200, { "Content-Type": "application/json" }).end('{"proxy":false}');
    if (path === PACKAGE) return response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>The package</title>");
    if (path.startsWith(PACKAGE)) return serveFile(`${repository}pkg/dist`, path.slice(PACKAGE.length - 1), request, response);
    return serveFile(`${www}dist`, path, request, response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${server.address().port}`, violations, asked };
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}
