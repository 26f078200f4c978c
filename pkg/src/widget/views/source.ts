// The source pane: the page a citation points to, with its quote marked and in view. It moves
// the focus in when it opens and back when it closes, and says honestly when a quote was not
// found. It must not search for quotes itself.

import { button, el, setText } from "../dom.js";
import type { Scope } from "../scope.js";
import { pageElements } from "../source-text/page-text.js";
import { DrawnPageView } from "./drawn-page.js";
import type { Draw, OpenSource } from "../state.js";
import type { Translate } from "../strings/translate.js";

export interface SourceActions {
  close(): void;
  turnTo(page: number): void;
}

/** Below this width the pane covers the rest; layout.css has the same number. */
export const COVERS_BELOW = 1100;

export interface SourceView {
  element: HTMLElement;
  draw: Draw;
  /** The width of the widget has changed. */
  fit(width: number): void;
}

/** `covered` are the elements that the pane lies over where there is little room. */
export function sourceView(scope: Scope, actions: SourceActions, covered: readonly HTMLElement[]): SourceView {
  const { root, t } = scope;
  const title = el("h2", { id: "source-title", attrs: { tabindex: -1, dir: "auto" } });
  const place = el("p", { class: "source-place" });
  const back = button(t("source.previous"), () => turn(-1), { class: "button button-quiet", attrs: { "aria-label": t("source.previous.page") } });
  const forth = button(t("source.next"), () => turn(1), { class: "button button-quiet", attrs: { "aria-label": t("source.next.page") } });
  const note = el("div", { class: "source-note" });
  const link = el("a", { class: "source-link", attrs: { target: "_blank", rel: "noopener" } }, t("source.open"));
  const text = el("div", { class: "source-text", attrs: { tabindex: 0, role: "group", "aria-label": t("source.text"), dir: "auto" } });
  const drawn = new DrawnPageView(scope);
  /** Whether the reader would rather have the page as it looks, or its text. */
  let asText = false;
  const look = button("", () => {
    asText = !asText;
    void showPage();
  }, { class: "button button-quiet" });
  const element = el(
    "section",
    { class: "source", id: "source", part: "source", attrs: { "aria-labelledby": "source-title", hidden: true } },
    el("div", { class: "source-head" }, title, button(t("source.close"), actions.close, { class: "button", id: "close-source" })),
    el("div", { class: "source-pages" }, place, link, look, back, forth),
    note,
    drawn.element,
    text,
  );
  let shown: OpenSource | undefined;
  let returnTo: Element | null = null;
  let covers = false;
  let drawnOf: string | undefined;

  const turn = (by: number): void => {
    if (shown) actions.turnTo(shown.page + by);
  };
  /** Whatever the pane covers must not be reached by Tab. */
  const seclude = (): void => {
    for (const one of covered) one.inert = shown !== undefined && covers;
  };
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    actions.close();
  });

  const draw: Draw = (state) => {
    if (state.source === shown) return;
    const before = shown;
    shown = state.source;
    element.hidden = shown === undefined;
    seclude();
    if (!shown) {
      drawn.clear();
      if (returnTo instanceof HTMLElement && returnTo.isConnected) returnTo.focus();
      return;
    }
    if (!before) returnTo = root.activeElement;
    setText(title, shown.title);
    setText(place, placeInWords(t, shown));
    back.disabled = shown.page <= 1;
    forth.disabled = shown.page >= shown.pages;
    link.hidden = shown.url === undefined;
    if (shown.url !== undefined) link.href = shown.url;
    note.replaceChildren(...noteOf(t, shown));
    text.replaceChildren(...contentOf(t, shown));
    text.setAttribute("aria-busy", String(shown.content.kind === "loading"));
    if (before?.documentId !== shown.documentId || before.quote !== shown.quote) title.focus({ preventScroll: covers });
    void showPage();
  };
  /** As it looks, where that can be drawn; else, and until then, its text. */
  const showPage = async (): Promise<void> => {
    const source = shown;
    // While the next page of a drawn file is looked up, the last one stays.
    if (source?.content.kind === "loading" && source.documentId === drawnOf && !drawn.element.hidden) return;
    drawnOf = source?.documentId;
    const page = source?.content.kind === "page" ? source.content.drawn : undefined;
    const wanted = page !== undefined && !asText;
    look.hidden = page === undefined;
    setText(look, t(asText ? "source.view.page" : "source.view.text"));
    drawn.element.hidden = !wanted;
    text.hidden = wanted;
    if (!wanted || !source) return source?.content.kind === "page" ? bringIntoView(text) : undefined;
    await drawn.show(page, source.page).catch(() => {
      if (shown !== source) return;
      look.hidden = drawn.element.hidden = true;
      text.hidden = false;
      bringIntoView(text);
    });
  };
  const fit = (width: number): void => {
    covers = width < COVERS_BELOW;
    seclude();
  };
  return { element, draw, fit };
}

function placeInWords(t: Translate, { page, pages }: OpenSource): string {
  if (page <= 0) return t("source.page.unknown");
  return pages > 0 ? t("source.page.of", { page, total: pages }) : t("source.page", { page });
}

function noteOf(t: Translate, { verified, quote }: OpenSource): HTMLElement[] {
  if (verified) return [];
  if (quote === "") return [el("p", { class: "note" }, t("source.unverified"))];
  return [el("p", { class: "note" }, t("source.unverified.nearest")), el("blockquote", { attrs: { dir: "auto" } }, quote)];
}

function contentOf(t: Translate, { content, spans, page }: OpenSource): HTMLElement[] {
  switch (content.kind) {
    case "loading":
      return [el("p", { class: "empty" }, t("source.loading"))];
    case "missing":
      return [el("p", { class: "empty" }, t("source.missing"))];
    case "page": {
      const marks = spans.filter((span) => span.page === page);
      const elements = pageElements(content.text, content.blocks, marks);
      return elements.length > 0 ? elements : [el("p", { class: "empty" }, t("source.blank"))];
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
  // Only the pane scrolls; the conversation stays where the reader left it.
  const offset = mark.getBoundingClientRect().top - text.getBoundingClientRect().top;
  text.scrollTop += offset - text.clientHeight / 3;
}
