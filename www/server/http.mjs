// Small answers and checks that the demo server's parts share. Nothing here may read a request's
// body or know of files and upstreams.

/** Whether a Host header names this machine, as every request of our own page does. */
export function isOurHost(host) {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host ?? "");
}

/**
 * Whether a request comes from our own page, or from no page at all.
 * Browsers send Origin with every POST and Sec-Fetch-Site with every request; a program on this
 * machine sends neither.
 */
export function isOurOrigin(headers) {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  return headers.origin === undefined || headers.origin === `http://${headers.host}`;
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
