/**
 * What `qwen-agent index` knows of websites: addresses of files, pages that are not to be listed,
 * and which files are meant.
 *
 * Everything here is a plain function of names and bytes.
 */

import { UsageError } from "./args.js";

/** The address below which a site's files lie; it ends with a slash, so that files are below it. */
export function siteOf(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new UsageError(`--site must be an address such as https://example.org/docs/, not "${given}"`);
  url.search = "";
  url.hash = "";
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}

/** Where a file is visited. A folder's index has the folder's address, as servers give it. */
export function addressOf(site: string, id: string): string {
  const path = id.split("/").map(encodeURIComponent).join("/");
  return site + path.replace(/(^|\/)index\.x?html?$/i, "$1");
}

export function isWebPage(path: string): boolean {
  return /\.x?html?$/i.test(path);
}

/** Enough for any head: what stands further down is not looked at by search engines either. */
const HEAD_BYTES = 256 * 1024;

/** Whether a web page asks not to be listed. */
export function isUnlisted(page: Uint8Array): boolean {
  // The names and values sought are ASCII in every encoding that pages have.
  const text = new TextDecoder("latin1").decode(page.subarray(0, HEAD_BYTES));
  const shown = text.replace(/<!--[^]*?(?:-->|$)|<(script|style|template|noscript)\b[^]*?(?:<\/\1\s*>|$)/gi, "").split(/<body\b/i, 1)[0] ?? "";
  return [...shown.matchAll(/<meta\b[^<>]*>/gi)].some(([tag]) => {
    const directives = attribute(tag, "content").toLowerCase().split(/[\s,]+/);
    return attribute(tag, "name").toLowerCase() === "robots" && directives.some((word) => word === "noindex" || word === "none");
  });
}

function attribute(tag: string, name: string): string {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, "i").exec(tag);
  return (found?.[1] ?? found?.[2] ?? found?.[3] ?? "").trim();
}

/** Whether a path is meant: by one of `include`, if there are any, and by none of `exclude`. */
export function pathFilter(include: readonly string[] = [], exclude: readonly string[] = []): (id: string) => boolean {
  const included = include.map(globPattern);
  const excluded = exclude.map(globPattern);
  return (id) => (included.length === 0 || included.some((glob) => glob.test(id))) && !excluded.some((glob) => glob.test(id));
}

/** `*` is any part of a name, `**` any folders; a pattern without a slash is one for names in every folder. */
function globPattern(glob: string): RegExp {
  const anywhere = glob.replace(/\/$/, "").includes("/") ? "" : "(?:.*/)?";
  const translated = glob.replace(/^\.?\//, "").replace(/\/$/, "/**").replace(/\*\*\/|\*\*|\*|\?|[^*?]+/g, (part) => {
    switch (part) {
      case "**/":
        return "(?:.*/)?";
      case "**":
        return ".*";
      case "*":
        return "[^/]*";
      case "?":
        return "[^/]";
      default:
        return part.replace(/[\\^$.|+()[\]{}]/g, "\\$&");
    }
  });
  return new RegExp(`^${anywhere}${translated}$`);
}
