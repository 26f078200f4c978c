// The source panel: the page a citation points to, with its quote marked and in view. It moves
// the focus in when it opens and back when it closes, and says honestly when a quote was not
// found. It must not search for quotes itself.

import { button, el, part, setText } from "../dom.ts";
import type { OpenSource, State } from "../state.ts";
import { pageElements } from "./page-text.ts";

export interface SourceActions {
  close(): void;
  turnTo(page: number): void;
}

/** Below this width the panel covers the page; style.css has the same number. */
const covers = window.matchMedia("(max-width: 74.99rem)");

export function sourceView(actions: SourceActions): (state: State) => void {
  const panel = part("source");
  const title = el("h2", { id: "source-title", attrs: { tabindex: -1, dir: "auto" } });
  const place = el("p", { class: "source-place" });
  const back = button("Previous", () => turn(-1), { class: "button button-quiet", attrs: { "aria-label": "Previous page" } });
  const forth = button("Next", () => turn(1), { class: "button button-quiet", attrs: { "aria-label": "Next page" } });
  const note = el("div", { class: "source-note" });
  const text = el("div", { class: "source-text", attrs: { tabindex: 0, role: "group", "aria-label": "Text of the page", dir: "auto" } });
  panel.append(
    el("div", { class: "source-head" }, title, button("Close", actions.close, { class: "button", id: "close-source" })),
    el("div", { class: "source-pages" }, place, back, forth),
    note,
    text,
  );
  let shown: OpenSource | undefined;
  let returnTo: Element | null = null;

  const turn = (by: number): void => {
    if (shown) actions.turnTo(shown.page + by);
  };
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    actions.close();
  });
  covers.addEventListener("change", () => setInert(shown !== undefined));

  return (state) => {
    if (state.source === shown) return;
    const before = shown;
    shown = state.source;
    if (!shown) return hide(panel, before, returnTo);
    if (!before) returnTo = document.activeElement;
    panel.hidden = false;
    document.body.classList.add("source-open");
    setInert(true);
    setText(title, shown.title);
    setText(place, shown.page > 0 ? `Page ${shown.page}${shown.pages > 0 ? ` of ${shown.pages}` : ""}` : "Page unknown");
    back.disabled = shown.page <= 1;
    forth.disabled = shown.page >= shown.pages;
    note.replaceChildren(...noteOf(shown));
    text.replaceChildren(...contentOf(shown));
    text.setAttribute("aria-busy", String(shown.content.kind === "loading"));
    if (before?.documentId !== shown.documentId || before.quote !== shown.quote) title.focus({ preventScroll: covers.matches });
    if (shown.content.kind === "page") bringIntoView(text);
  };
}

function hide(panel: HTMLElement, before: OpenSource | undefined, returnTo: Element | null): void {
  panel.hidden = true;
  document.body.classList.remove("source-open");
  setInert(false);
  if (before && returnTo instanceof HTMLElement && returnTo.isConnected) returnTo.focus();
}

/** Whatever the panel covers must not be reached by Tab. */
function setInert(open: boolean): void {
  for (const id of ["header", "library", "conversation"]) part(id).inert = open && covers.matches;
}

function noteOf(source: OpenSource): HTMLElement[] {
  if (source.verified) return [];
  const words = "Not located: no words were found here that support this sentence. Treat it with care.";
  if (source.quote === "") return [el("p", { class: "note" }, words)];
  return [
    el("p", { class: "note" }, `${words} The nearest are:`),
    el("blockquote", { attrs: { dir: "auto" } }, source.quote),
  ];
}

function contentOf(source: OpenSource): HTMLElement[] {
  const { content } = source;
  switch (content.kind) {
    case "loading":
      return [el("p", { class: "empty" }, "Loading the page…")];
    case "missing":
      return [el("p", { class: "empty" }, "This page is no longer in the library.")];
    case "page": {
      const marks = source.spans.filter((span) => span.page === source.page);
      const elements = pageElements(content.text, content.blocks, marks);
      return elements.length > 0 ? elements : [el("p", { class: "empty" }, "This page has no text.")];
    }
    default:
      return content satisfies never;
  }
}

function bringIntoView(text: HTMLElement): void {
  const mark = text.querySelector("mark");
  if (!mark) {
    text.scrollTop = 0;
    return;
  }
  // Only the panel scrolls; the conversation stays where the reader left it.
  const offset = mark.getBoundingClientRect().top - text.getBoundingClientRect().top;
  text.scrollTop += offset - text.clientHeight / 3;
}
