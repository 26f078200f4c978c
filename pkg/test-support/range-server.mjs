// A file server in this process that serves ranges, or not, and counts what it sent.
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";

/** `how`: "ranges", "none" (always the whole file), or "gzip" (always compressed). */
export async function serveRanges(file, how = "ranges") {
  const state = { file, etag: '"1"', sent: 0, requests: [], failNext: 0 };
  const server = createServer((request, response) => {
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
    state.requests.push(request.headers.range ?? "all");
    if (state.failNext > 0) {
      state.failNext -= 1;
      response.writeHead(503).end();
      return;
    }
    const total = state.file.length;
    const headers = { etag: state.etag, "cache-control": "no-store" };
    if (how === "gzip") {
      const body = gzipSync(range ? state.file.subarray(Number(range[1]), Number(range[2]) + 1) : state.file);
      state.sent += body.length;
      if (range) response.writeHead(206, { ...headers, "content-encoding": "gzip", "content-range": `bytes 0-${body.length - 1}/${total}` }).end(body);
      else response.writeHead(200, { ...headers, "content-encoding": "gzip" }).end(body);
      return;
    }
    if (!range || how === "none") {
      state.sent += total;
      response.writeHead(200, headers).end(state.file);
      return;
    }
    const [start, end] = [Number(range[1]), Math.min(Number(range[2]) + 1, total)];
    if (start >= end) {
      response.writeHead(416, headers).end();
      return;
    }
    state.sent += end - start;
    response.writeHead(206, { ...headers, "content-range": `bytes ${start}-${end - 1}/${total}` }).end(state.file.subarray(start, end));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    state,
    url: `http://127.0.0.1:${server.address().port}/site.qai`,
    stop: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(resolve);
    }),
  };
}
