/**
 * Which pages may ask, and what browsers want to hear about it (CORS).
 *
 * It looks at nothing but headers that pages cannot write: `Origin`, `Sec-Fetch-Site` and those of
 * a preflight. Programs can write what they like; against those there are the other limits.
 */

import type { Settings } from "./options.js";

/** A day; browsers ask again sooner by limits of their own. */
const PREFLIGHT_SECONDS = 86_400;

type Rules = Pick<Settings, "origins" | "allowPrograms" | "allowHeaders">;

export function isAllowed(request: Request, rules: Rules): boolean {
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  if (site === "same-origin" || origin === new URL(request.url).origin) return true;
  if (origin !== null) return isListed(origin, rules);
  // No page of another origin sends neither: an address typed into a browser, or a program.
  return (site === null || site === "none") && (rules.allowPrograms || (request.method === "GET" && site === null));
}

function isListed(origin: string, { origins }: Rules): boolean {
  return origins.has(origin) || origins.has("*");
}

/** Headers for every answer, so that allowed pages can read it, and caches keep them apart. */
export function corsHeaders(request: Request, rules: Rules): [string, string][] {
  const origin = request.headers.get("origin");
  const vary: [string, string] = ["vary", "Origin"];
  if (origin === null || !isListed(origin, rules)) return [vary];
  return [vary, ["access-control-allow-origin", origin], ["access-control-expose-headers", "retry-after, retry-after-ms, x-request-id"]];
}

export function preflight(request: Request, { allowHeaders }: Rules): Response {
  const headers = ["content-type", "accept", ...allowHeaders];
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-headers": headers.join(", "),
      "access-control-max-age": String(PREFLIGHT_SECONDS),
      ...(request.headers.get("access-control-request-private-network") === "true" ? { "access-control-allow-private-network": "true" } : {}),
    },
  });
}
