// How Eleventy makes the site: pages from `contents.mjs`, drawn by `theme/layouts`. No
// template language runs in the Markdown, which is read in the repository, too.
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { addressOf, parts } from "./contents.mjs";
import { configure } from "./markdown.mjs";

export const repository = fileURLToPath(new URL("../../", import.meta.url));

/** What a heading says, without Markdown. */
const plain = (markdown) => markdown.replace(/[`*]/g, "").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").trim();

/** The first paragraph, for lists of pages and for search engines. */
const opening = (text) => plain(/\n\n(?:<!--[^]*?-->\n+)?([A-Z][^\n]*(?:\n[^\n]+)*)/.exec(text)?.[1] ?? "").split(/(?<=[.!?])\s/)[0];

/** `pages` are those that are generated, by name; `settings` are for the layout. */
export function config(eleventy, { pages, settings, assets }) {
  const found = (file) => pages.get(file) ?? (existsSync(join(repository, file)) ? readFileSync(join(repository, file), "utf8") : undefined);
  const contents = parts.map(({ title, says, pages: files }) => ({
    title,
    says,
    pages: files.flatMap((file) => {
      const text = found(file);
      if (text === undefined) return [];
      const title = plain(/^# (.*)$/m.exec(text)[1]);
      return [{ file, text, address: addressOf(file), title, menu: file.startsWith("api/") ? `API: ${basename(file, ".md")}` : title, says: opening(text) }];
    }),
  }));
  const front = { file: "docs/index.md", text: found("docs/index.md"), address: "index.html", title: "qwen-agent-wasm", says: "" };
  const all = contents.flatMap(({ pages: list }) => list);
  for (const [index, page] of [front, ...all].entries()) {
    const { file, text, address, title, says } = page;
    const next = [front, ...all][index + 1];
    eleventy.addTemplate(`${address.replace(/\.html$/, "")}.md`, text, { layout: "page.11ty.mjs", permalink: address, file, title, says, next, contents, settings });
  }
  eleventy.amendLibrary("md", (md) => configure(md, { assets }));
  eleventy.setIncludesDirectory("layouts");
  eleventy.setUseGitIgnore(false);
  eleventy.setQuietMode(true);
  return { markdownTemplateEngine: false, htmlTemplateEngine: false, templateFormats: ["md", "11ty.mjs"] };
}
