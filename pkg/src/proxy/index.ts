/**
 * A handler for your own server that stands between pages and a model: it adds the key, and lets
 * through only what your pages need.
 *
 * It is a function from `Request` to `Response`, and uses nothing but what the web has: it runs in
 * Node, Deno, Bun, Cloudflare Workers and in the route handlers of frameworks. It keeps no text of
 * a request or reply. It stands alone: importing it brings none of the rest of the package along.
 *
 * @example
 * ```ts
 * import { createProxy } from "qwen-agent-wasm/proxy";
 *
 * const proxy = createProxy({
 *   baseURL: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
 *   apiKey: process.env.QWEN_API_KEY,
 *   models: ["qwen-plus"],
 * });
 * ```
 */

import { readChat } from "./body.js";
import { callUpstream } from "./call.js";
import { limiter } from "./limit.js";
import { settingsOf, type Proxy, type ProxyContext, type ProxyOptions } from "./options.js";
import { corsHeaders, isAllowed, preflight } from "./origin.js";
import { Refusal, refused } from "./refusal.js";

export { toNodeHandler } from "./node.js";
export type { NodeHandler, NodeRequest, NodeResponse } from "./node.js";
export { memoryStore } from "./limit.js";
export type { Proxy, ProxyContext, ProxyErrorCode, ProxyOptions, ProxyProblem, RateLimit, RateStore } from "./options.js";

/** Makes the handler. Throws a `TypeError` if the options cannot be right. */
export function createProxy(options: ProxyOptions): Proxy {
  const settings = settingsOf(options);
  const limit = limiter(settings.rateLimit);

  async function answer(request: Request, context: ProxyContext): Promise<Response> {
    const route = routeOf(request);
    if (!isAllowed(request, settings)) throw new Refusal("origin_not_allowed");
    if (request.method === "OPTIONS") return preflight(request, settings);
    if (request.method !== route.method) throw new Refusal("method_not_allowed", { allow: `${route.method}, OPTIONS` });
    await limit(request, context);
    if (settings.authorize && !(await settings.authorize(request))) throw new Refusal("not_authorized");
    const body = route.method === "POST" ? await readChat(request, settings) : undefined;
    return callUpstream(route.path, body, request, settings);
  }

  return async (request, context = {}) => {
    let response: Response;
    try {
      response = await answer(request, context);
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal("internal", {}, error);
      const { code, status, cause } = refusal;
      // Whoever looks at problems must not make new ones.
      try {
        settings.onProblem?.({ code, status, cause }, request);
      } catch {}
      response = refused(refusal);
    }
    for (const [name, value] of corsHeaders(request, settings)) response.headers.append(name, value);
    return response;
  };
}

interface Route {
  method: "GET" | "POST";
  path: "/chat/completions" | "/models";
}

/** By the end of its path, so that the handler can stand anywhere. */
function routeOf(request: Request): Route {
  const { pathname } = new URL(request.url);
  if (pathname.endsWith("/chat/completions")) return { method: "POST", path: "/chat/completions" };
  if (pathname.endsWith("/models")) return { method: "GET", path: "/models" };
  throw new Refusal("not_found");
}
