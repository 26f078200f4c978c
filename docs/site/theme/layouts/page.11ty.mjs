// A page of the site: head, contents, text, the way on, and the widget that answers from the site
// itself. All of it is there without JavaScript but the last.
import { posix } from "node:path";

const escape = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

/** Only what the site itself has may load; the widget needs wasm and a worker. */
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'";

/** A long page begins with what is on it; on a wide screen that stands beside it. */
function outlineOf(content, levels) {
  const headings = [...content.matchAll(new RegExp(`<h([${levels}]) id="([^"]*)"[^>]*>([^]*?)</h`, "g"))].map(([, level, id, text]) => `<li class="level-${level}"><a href="#${id}">${text.replace(/<[^>]*>/g, "")}</a></li>`);
  return headings.length < 3 ? "" : `<nav class="outline" aria-label="On this page"><details><summary>On this page</summary><ul>${headings.join("")}</ul></details></nav>`;
}

export default function ({ title, says, page, contents, content, next, settings }) {
  const here = page.url.slice(1);
  const to = (address) => posix.relative(posix.dirname(here), address) || posix.basename(address);
  const item = ({ address, menu: name }) => `<li><a href="${to(address)}"${address === here ? ' aria-current="page"' : ""}>${escape(name)}</a></li>`;
  const list = contents.map((part) => `<h2>${part.title}</h2><ul>${part.pages.map(item).join("")}</ul>`).join("\n");
  const front = here === "index.html" ? contents.map((part) => `<section class="part"><h2 id="${part.title.toLowerCase().replace(/ /g, "-")}">${part.title}</h2><p>${part.says}</p><ul>${part.pages.map(item).join("")}</ul></section>`).join("\n") : "";
  const outline = outlineOf(content, here.startsWith("reference/api/") ? "23" : "2");
  const { baseURL, model, version } = settings;
  const endpoint = baseURL ? ` base-url="${escape(baseURL)}" model="${escape(model)}"` : "";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${escape(says || "Answers questions about documents, in the browser.")}">
<title>${escape(here === "index.html" ? `${title}: documentation` : `${title} – qwen-agent-wasm`)}</title>
<link rel="icon" href="${to("theme/icon.svg")}" type="image/svg+xml">
<link rel="stylesheet" href="${to("theme/site.css")}">
<script type="module" src="${to("theme/site.js")}"></script>
</head>
<body>
<a class="skip" href="#site-text">Skip to the text</a>
<header class="top">
<a class="name" href="${to("index.html")}">qwen-agent-wasm</a>
<form id="site-ask" role="search" hidden><input name="question" type="search" placeholder="Ask the docs" aria-label="Ask the documentation" required><button>Ask</button></form>
</header>
<div class="sheet">
<nav class="menu" aria-label="Contents"><details id="site-menu" open><summary>Contents</summary>
${list}
</details></nav>
<main id="site-text" tabindex="-1">${outline}<article>
${content}
${front}
</article>
${next ? `<p class="next">Next: <a href="${to(next.address)}">${escape(next.menu)}</a></p>` : ""}</main>
</div>
<footer>Version ${escape(version)}. The text of these pages is searched in your browser${baseURL ? "" : ", and the answers of the question box are quotes from them: no model is asked"}.</footer>
<qwen-assistant index="${to("docs.qai")}"${endpoint} heading="Documentation" name="docs" suggestions="When is a large index loaded in parts?|Which header must allow WebAssembly?|What does budget.maxRequests do?"></qwen-assistant>
</body>
</html>
`;
}
