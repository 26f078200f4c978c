// Serves the files of the built page. It must never leave its folder, list a folder, or follow a
// link out of it.

import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { sendError } from "./http.mjs";

/** The same policy as in index.html, plus what only a header can say. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self' http: https:",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

export const securityHeaders = [
  ["Content-Security-Policy", contentSecurityPolicy],
  ["X-Content-Type-Options", "nosniff"],
  ["Referrer-Policy", "no-referrer"],
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["Permissions-Policy", "camera=(), geolocation=(), microphone=()"],
];

const mimeTypes = new Map([
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".mjs", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".json", "application/json; charset=utf-8"],
  [".webmanifest", "application/manifest+json"],
  [".map", "application/json; charset=utf-8"],
  [".txt", "text/plain; charset=utf-8"],
  [".md", "text/markdown; charset=utf-8"],
  [".wasm", "application/wasm"],
  [".pdf", "application/pdf"],
  [".svg", "image/svg+xml"],
  [".png", "image/png"],
  [".ico", "image/x-icon"],
]);

export async function serveFile(root, urlPath, request, response) {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return sendError(response, 405, "method_not_allowed", "files can only be read");
  }
  const file = await locate(root, urlPath).catch(() => undefined);
  if (!file) return sendError(response, 404, "not_found", "no such file");
  response.writeHead(200, {
    "Content-Type": mimeTypes.get(extname(file.path)) ?? "application/octet-stream",
    "Content-Length": file.size,
    // Built assets carry a hash of their content in their names; everything else may change.
    "Cache-Control": urlPath.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
  });
  if (request.method === "HEAD") return response.end();
  createReadStream(file.path)
    .on("error", () => response.destroy())
    .pipe(response);
}

/** The file that a path names, or undefined when it is none of ours. */
async function locate(root, urlPath) {
  const decoded = decodeURIComponent(urlPath);
  if (decoded.includes("\0") || decoded.includes("\\")) return undefined;
  const segments = decoded.split("/").filter(Boolean);
  if (segments.some((segment) => segment.startsWith("."))) return undefined;
  const wanted = decoded.endsWith("/") ? [...segments, "index.html"] : segments;
  const home = await realpath(root);
  const path = await realpath(join(home, ...wanted));
  if (!path.startsWith(home + sep)) return undefined;
  const found = await stat(path);
  return found.isFile() ? { path, size: found.size } : undefined;
}
