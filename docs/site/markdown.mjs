// The Markdown of the site: the same files that are read in the repository. Links between files
// become links between pages, code is colored when the site is built, and what is for the tests
// alone is left out.
import hljs from "highlight.js/lib/common";
import anchor from "markdown-it-anchor";
import { posix } from "node:path";
import { addressOf } from "./contents.mjs";

/** As the hosts of repositories name headings, so that a link works in both places. */
export function slug(heading) {
  return heading.trim().toLowerCase().replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "").replace(/ /g, "-");
}

const LANGUAGES = { tsx: "typescript", ts: "typescript", js: "javascript", sh: "bash", html: "xml", json: "json", css: "css", rust: "rust", vue: "xml", nginx: "nginx" };

/** Sets up Eleventy's markdown-it. `assets` is told of every picture that a page shows. */
export function configure(md, { assets }) {
  md.set({ html: true, highlight: undefined });
  md.use(anchor, { slugify: slug, tabIndex: false });
  md.core.ruler.push("site", (state) => {
    const { file } = state.env;
    for (const token of state.tokens) {
      // Remarks for the tests.
      if (token.type === "html_block" && token.content.startsWith("<!--")) token.content = "";
      for (const child of token.children ?? []) {
        if (child.type === "link_open") link(child, file);
        if (child.type === "image") picture(child, file, assets);
      }
    }
  });
  md.renderer.rules.fence = ({ [0]: _, ...tokens }, index) => fence(tokens[index] ?? _);
  const { table_open: open = (tokens, index, options, env, self) => self.renderToken(tokens, index, options) } = md.renderer.rules;
  // Wide tables are scrolled by themselves, not with the page.
  md.renderer.rules.table_open = (...given) => `<div class="table" tabindex="0" role="region" aria-label="Table">${open(...given)}`;
  md.renderer.rules.table_close = () => "</table></div>\n";
}

const isOutside = (href) => /^[a-z][a-z0-9+.-]*:/i.test(href);

/** The address of `target` from the page of `file`, both on the site. */
const between = (file, target) => posix.relative(posix.dirname(addressOf(file)), target) || posix.basename(target);

function link(token, file) {
  const href = token.attrGet("href");
  if (isOutside(href)) return token.attrSet("rel", "noreferrer");
  const [path, hash] = href.split("#", 2);
  if (path === "") return;
  const target = posix.join(posix.dirname(file), path);
  // The front page of the repository is another than that of the site, which says the same.
  const page = target === "README.md" || target === "pkg/README.md" ? "index.html" : addressOf(target);
  if (page) return token.attrSet("href", between(file, page) + (hash && page !== "index.html" ? `#${hash}` : ""));
  // A file of the repository, which the site does not have.
  token.attrs = [["class", "in-repository"], ["title", `in the repository: ${target}`]];
}

function picture(token, file, assets) {
  const target = posix.join(posix.dirname(file), token.attrGet("src"));
  assets.add(target);
  token.attrSet("src", between(file, target.replace(/^docs\//, "")));
  token.attrSet("loading", "lazy");
}

const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

function fence({ info, content }) {
  const [kind = ""] = info.split(/\s+/, 1);
  const title = /\btitle="([^"]*)"/.exec(info)?.[1];
  const language = LANGUAGES[kind];
  const code = language && hljs.getLanguage(language) ? hljs.highlight(content, { language }).value : escape(content);
  const block = `<pre tabindex="0"><code>${code}</code></pre>`;
  return title ? `<figure><figcaption>${escape(title)}</figcaption>${block}</figure>\n` : `${block}\n`;
}
