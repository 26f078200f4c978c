// What can go wrong with an endpoint, by name. Each fault answers one chat request in its own way.
//
// A fault is a name, or { fault, kind } to strike only at prompts of that kind ("plan", "read",
// "answer", "reason"). Faults before the stream are answered here; those within it are flags for the stream.

const ERRORS = {
  400: ["invalid_request_error", "the request is invalid"],
  401: ["invalid_api_key", "incorrect API key provided"],
  402: ["insufficient_quota", "the account has no balance left"],
  403: ["access_denied", "this key may not use the model"],
  404: ["model_not_found", "the model does not exist"],
  429: ["rate_limit_exceeded", "too many requests"],
  500: ["server_error", "something broke"],
  503: ["overloaded", "the queue is full"],
  504: ["timeout", "the engine took too long"],
};

/** Replies in place of the stream: status, headers, body. */
const REPLIES = {
  html200: [200, { "content-type": "text/html" }, "<!doctype html><title>Sign in</title>"],
  empty200: [200, { "content-type": "text/event-stream" }, ""],
  "502_html": [502, { "content-type": "text/html" }, "<html><h1>Bad Gateway</h1></html>"],
  // `localhost` is another origin than the address of this server.
  redirect: [307, ({ port }) => ({ location: `http://localhost:${port}/v1/chat/completions` }), ""],
  inspect: [400, { "content-type": "application/json" }, JSON.stringify({ error: { code: "data_inspection_failed", message: "the input may be inappropriate" } })],
};

/** Faults within a stream, and what each changes. */
const STREAM = {
  cut_mid: { until: "cut" },
  stall: { until: "stall" },
  rst_mid: { until: "reset" },
  no_finish: { finish: false },
  no_done: { done: false },
  bad_utf8: { badUtf8: true },
  wrong_ct: { contentType: "text/plain" },
  slow_loris: { bytewise: true, pauseMs: 1 },
  dup_usage: { usageTwice: true },
  empty: { silent: true },
  endless: { endless: true },
  json200: { whole: true },
  malformed_sse: { malformed: true },
  error_event: { errorEvent: true },
  split_utf8: { bytewise: true },
  reasoning: { reasoning: true },
  fenced_json: { fenced: true },
  length: { finishReason: "length" },
};

const OTHERS = ["429_retry_after", "429_retry_after_ms", "429_date", "context_length", "quota", "drop_before", "rst", "stall_headers"];

export const FAULTS = [...Object.keys(ERRORS), ...OTHERS, ...Object.keys(REPLIES), ...Object.keys(STREAM)];

export function isFault(entry) {
  return FAULTS.includes(typeof entry === "string" ? entry : entry?.fault);
}

/** Takes the first fault of the queue that strikes at prompts of this kind. */
export function takeFault(queue, kind) {
  const index = queue.findIndex((entry) => typeof entry === "string" || entry.kind === undefined || entry.kind === kind);
  if (index < 0) return undefined;
  const [entry] = queue.splice(index, 1);
  return typeof entry === "string" ? entry : entry.fault;
}

/** Answers the request if the fault strikes before the stream. Gives whether it did. */
export function strike(fault, response) {
  if (fault === "drop_before") {
    response.socket.destroy();
    return true;
  }
  if (fault === "rst") {
    response.socket.resetAndDestroy();
    return true;
  }
  // Nothing comes, until the client gives up.
  if (fault === "stall_headers") return true;
  if (fault in REPLIES) {
    const [status, headers, body] = REPLIES[fault];
    response.writeHead(status, typeof headers === "function" ? headers(response.socket.address()) : headers).end(body);
    return true;
  }
  if (fault === "429_retry_after_ms") {
    sendError(response, 429, ...ERRORS[429], { "retry-after-ms": "50" });
    return true;
  }
  if (fault === "429_date") {
    const date = (later) => new Date(Date.now() + later).toUTCString();
    sendError(response, 429, ...ERRORS[429], { date: date(0), "retry-after": date(2000) });
    return true;
  }
  if (fault === "429_retry_after") {
    sendError(response, 429, ...ERRORS[429], { "retry-after": "1" });
    return true;
  }
  if (fault === "quota") {
    sendError(response, 429, "insufficient_quota", "you exceeded your current quota, check your plan and billing details");
    return true;
  }
  if (fault === "context_length") {
    sendError(response, 400, "context_length_exceeded", "This model's maximum context length is 1024 tokens; reduce the length of the messages");
    return true;
  }
  if (fault in ERRORS) {
    sendError(response, Number(fault), ...ERRORS[fault]);
    return true;
  }
  return false;
}

/** How the fault changes the stream; nothing for no fault. */
export function streamFault(fault) {
  return STREAM[fault] ?? {};
}

export function sendError(response, status, code, message, headers = {}) {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify({ error: { message, type: code, code, param: null } }));
}
