/**
 * The options of the proxy, with their defaults, and what they are made into.
 *
 * Wrong options are told when the proxy is made, not at the first request. No key is kept here in
 * a form that a message could show.
 */

/** What the proxy answers by itself, as `error.code`; an upstream's own codes pass as they are. */
export type ProxyErrorCode =
  | "not_found" | "method_not_allowed" | "origin_not_allowed" | "not_authorized" | "rate_limited"
  | "not_json" | "body_too_large" | "body_timeout" | "invalid_body" | "model_not_allowed" | "too_many_choices"
  | "upstream_unreachable" | "upstream_timeout" | "upstream_redirected" | "upstream_unauthorized" | "upstream_invalid" | "upstream_error"
  | "client_gone" | "limiter_failed" | "internal";

/** What is known of a request beyond it. */
export interface ProxyContext {
  /** Who sends it, for the rate limit: an IP address, or the name of an account. */
  client?: string | undefined;
}

/** Answers a request of a page. */
export type Proxy = (request: Request, context?: ProxyContext) => Promise<Response>;

/** Where requests are counted. */
export interface RateStore {
  /**
   * Counts a request of `client`: how many it is in the current window, and when that ends. A
   * window begins with a client's first request.
   */
  count(client: string, windowMs: number): Promise<{ requests: number; endsInMs: number }> | { requests: number; endsInMs: number };
}

/** How many requests a client may send. */
export interface RateLimit {
  /** The most requests of one client in a window. */
  requests: number;
  /** Default: 60,000, a minute. */
  windowMs?: number;
  /**
   * Tells clients apart. Default: `context.client`; IPv6 addresses count by their network (/64).
   * Requests of which it is not known share one count.
   * @example (request) => request.headers.get("cf-connecting-ip") ?? undefined
   */
  clientOf?: (request: Request, context: ProxyContext) => string | undefined | Promise<string | undefined>;
  /** Default: in memory, by itself in each process. */
  store?: RateStore;
}

/** Why a request was refused or failed; for your logs. */
export interface ProxyProblem {
  code: ProxyErrorCode | (string & {});
  status: number;
  /** What was thrown. It may name addresses of your network: it is not for visitors. */
  cause?: unknown;
}

/** Options of `createProxy()`. */
export interface ProxyOptions {
  /** The model's address up to and without `/chat/completions`. @example "https://dashscope-intl.aliyuncs.com/compatible-mode/v1" */
  baseURL: string;
  /** Sent as `Authorization: Bearer …`, and to nobody else. Default: none. A function is asked before each request. */
  apiKey?: string | (() => string | Promise<string>) | undefined;
  /** Headers for servers that want the key elsewhere. Their values are kept like keys. Default: none. @example { "api-key": key } */
  headers?: Readonly<Record<string, string>> | (() => Record<string, string> | Promise<Record<string, string>>);
  /** The models that may be asked; others are refused. `"*"` for all: only where you pay for nobody else's questions, as on your own machine. */
  models: readonly string[];
  /** Origins of other sites whose pages may ask; `"*"` for all. Pages of the proxy's own origin always may. Default: none. @example ["https://docs.example.com"] */
  origins?: readonly string[];
  /** Whether programs may ask, that is: requests that name no origin. Default: false. It keeps honest ones out; others can lie. */
  allowPrograms?: boolean;
  /** Request headers that pages of other origins may send to you, for `authorize`. They are not passed on. Default: none. @example ["x-session"] */
  allowHeaders?: readonly string[];
  /** Whether a request may be served at all, by its cookie or token. Asked after the rate limit. Default: all may. */
  authorize?: (request: Request) => boolean | Promise<boolean>;
  /** Default: 120 requests of a client in a minute. `false`: no limit. */
  rateLimit?: RateLimit | false;
  /** The longest body of a request. Default: 1,000,000. */
  maxBodyBytes?: number;
  /** The longest answer that may be asked for, in tokens, sent as `max_tokens`: requests for more, or without a number, get this one. Default: no limit. */
  maxOutputTokens?: number;
  /** How long to wait: for a body (30,000 ms), for the head of a reply (120,000), between two pieces of it (90,000). */
  timeouts?: { bodyMs?: number; firstByteMs?: number; stallMs?: number };
  /** Told of what was refused or failed. Default: nothing is. */
  onProblem?: (problem: ProxyProblem, request: Request) => void;
  /** Sends the requests. Default: the environment's own. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

const DEFAULT_RATE: RateLimit = { requests: 120 };

/** `ProxyOptions`, checked and complete. */
export interface Settings {
  base: string;
  secrets(): Promise<Map<string, string>>;
  models: ReadonlySet<string>;
  origins: ReadonlySet<string>;
  allowPrograms: boolean;
  allowHeaders: readonly string[];
  authorize: ProxyOptions["authorize"];
  rateLimit: RateLimit | false;
  maxBodyBytes: number;
  maxOutputTokens: number | undefined;
  bodyMs: number;
  firstByteMs: number;
  stallMs: number;
  onProblem: ProxyOptions["onProblem"];
  fetch: (url: string, init: RequestInit) => Promise<Response>;
}

export function settingsOf(options: ProxyOptions): Settings {
  const { apiKey, headers, models, origins = [], rateLimit = DEFAULT_RATE, timeouts = {}, maxOutputTokens } = options;
  if (!Array.isArray(models) || models.length === 0) throw new TypeError("createProxy: name at least one model in `models`");
  const { bodyMs = 30_000, firstByteMs = 120_000, stallMs = 90_000 } = timeouts;
  const { maxBodyBytes = 1_000_000 } = options;
  const numbers = { maxBodyBytes, maxOutputTokens, bodyMs, firstByteMs, stallMs, ...(rateLimit ? { requests: rateLimit.requests, windowMs: rateLimit.windowMs } : {}) };
  for (const [name, value] of Object.entries(numbers)) {
    if (value !== undefined && !(value > 0)) throw new TypeError(`createProxy: ${name} must be more than 0`);
  }
  // Called through a variable of another object, the environment's own would complain.
  const send = options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init));
  return {
    base: baseOf(options.baseURL),
    secrets: async () => secretHeaders(typeof apiKey === "function" ? await apiKey() : apiKey, typeof headers === "function" ? await headers() : headers),
    models: new Set(models),
    origins: new Set(origins.map(originOf)),
    allowPrograms: options.allowPrograms ?? false,
    allowHeaders: options.allowHeaders ?? [],
    authorize: options.authorize,
    rateLimit,
    maxBodyBytes,
    maxOutputTokens,
    bodyMs,
    firstByteMs,
    stallMs,
    onProblem: options.onProblem,
    fetch: send,
  };
}

function secretHeaders(apiKey: string | undefined, headers: Readonly<Record<string, string>> = {}): Map<string, string> {
  const made = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  if (apiKey) made.set("authorization", `Bearer ${apiKey}`);
  return made;
}

function baseOf(given: string): string {
  let url: URL;
  try {
    url = new URL(given);
  } catch {
    throw new TypeError("createProxy: `baseURL` must be an absolute address");
  }
  if (!/^https?:$/.test(url.protocol)) throw new TypeError("createProxy: `baseURL` must begin with https:// or http://");
  if (url.username || url.password || url.search || url.hash) throw new TypeError("createProxy: `baseURL` must be an address without name, password and query; keys go into `apiKey` or `headers`");
  return url.href.replace(/\/+$/, "");
}

/** As browsers write it, or the list would never match. */
function originOf(given: string): string {
  if (given === "*" || given === "null") return given;
  let url: URL | undefined;
  try {
    url = new URL(given);
  } catch {}
  if (!url || url.origin === "null" || url.pathname !== "/" || url.search || url.hash) throw new TypeError(`createProxy: "${given}" in \`origins\` is no origin such as "https://docs.example.com"`);
  return url.origin;
}
