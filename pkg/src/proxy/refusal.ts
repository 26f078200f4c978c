/**
 * What the proxy says when it does not answer: a code, a status and a sentence, in the form of
 * OpenAI's errors, so that every client can read it.
 *
 * Sentences are written here and hold nothing of a request, a reply or the options.
 */

import type { ProxyErrorCode } from "./options.js";

const SAID: Record<ProxyErrorCode, [status: number, message: string]> = {
  not_found: [404, "only chat/completions and models are served here"],
  method_not_allowed: [405, "chat/completions takes POST, models takes GET"],
  origin_not_allowed: [403, "pages of this origin may not use this service"],
  not_authorized: [401, "this service does not know you; sign in to the site first"],
  rate_limited: [429, "too many requests; wait as long as Retry-After says"],
  not_json: [415, "the body must be application/json"],
  body_too_large: [413, "the body is longer than this service allows"],
  body_timeout: [408, "the body did not arrive in time"],
  invalid_body: [400, "the body must be a JSON object with the name of a model and messages"],
  model_not_allowed: [403, "this service does not offer that model"],
  too_many_choices: [400, "this service gives one choice a request"],
  upstream_unreachable: [502, "the model's server cannot be reached"],
  upstream_timeout: [504, "the model's server did not answer in time"],
  upstream_redirected: [502, "the model's server sends requests elsewhere, which this service does not follow"],
  upstream_unauthorized: [401, "the model's server refused this site's key"],
  upstream_invalid: [502, "the model's server answered with something that is neither JSON nor a stream of events"],
  upstream_error: [502, "the model's server failed"],
  client_gone: [499, "the page went away"],
  limiter_failed: [503, "requests cannot be counted at the moment"],
  internal: [500, "this service failed"],
};

/** Thrown to end a request. */
export class Refusal extends Error {
  readonly code: ProxyErrorCode;
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(code: ProxyErrorCode, headers: Record<string, string> = {}, cause?: unknown) {
    super(SAID[code][1], { cause });
    this.code = code;
    this.status = SAID[code][0];
    this.headers = headers;
  }
}

export function refused({ code, status, message, headers }: Refusal): Response {
  return errorResponse(status, { message, type: "proxy_error", code }, headers);
}

export function errorResponse(status: number, error: { message: string; type: string; code: string | number }, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify({ error: { ...error, param: null } }), {
    status,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store", "x-content-type-options": "nosniff", ...headers },
  });
}
