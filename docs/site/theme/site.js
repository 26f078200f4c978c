// The question box: the site's own widget over the site's own index. Without this file the pages
// are whole; only the box and its answers are missing.

// Under this site's policy, workers may be started from its own files and nowhere else.
globalThis.trustedTypes?.createPolicy("default", {
  createScriptURL(url) {
    if (new URL(url, document.baseURI).origin === location.origin) return url;
    throw new TypeError("only scripts of this site");
  },
});

const menu = document.getElementById("site-menu");
const form = document.getElementById("site-ask");
const assistant = document.querySelector("qwen-assistant");
const outline = document.querySelector(".outline details");
const isWide = matchMedia("(min-width: 60rem)");
const isWider = matchMedia("(min-width: 76rem)");

// On a phone the contents would stand before every text.
const fold = () => {
  menu.open = isWide.matches;
  if (outline) outline.open = isWider.matches;
};
fold();
for (const query of [isWide, isWider]) query.addEventListener("change", fold);

const [{ passageUrl }] = await Promise.all([import("../qwen-agent-wasm/passage-url.js"), import("../qwen-agent-wasm/widget.js")]);

form.hidden = false;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  assistant.ask(new FormData(form).get("question"));
  form.reset();
});

// A source is a page of this site: go to it, in place of showing its text in the panel.
assistant.addEventListener("qa-citation-click", (event) => {
  const address = passageUrl(event.detail.citation);
  if (!address || new URL(address).origin !== location.origin) return;
  event.preventDefault();
  location.assign(address);
  if (!isWide.matches) assistant.close();
});
