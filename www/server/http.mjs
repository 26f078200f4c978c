// Small answers and checks that the demo server's parts share. Nothing here may read a request's
// body or know of files and upstreams.

/** Whether a Host header names this machine, as every request of our own page does. */
export function isOurHost(host) {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host ?? "");
}

export function sendJson(response, status, value) {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": body.length,
    "Cache-Control": "no-store",
  });
  response.end(response.req.method === "HEAD" ? undefined : body);
}

/** An error in the form that OpenAI-compatible endpoints use, so that clients can read it. */
export function sendError(response, status, code, message) {
  sendJson(response, status, { error: { code, message, type: "demo_server" } });
}
