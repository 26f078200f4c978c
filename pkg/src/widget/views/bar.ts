// The bar above everything: the widget's name, and the buttons that open documents, conversations
// and a new conversation, or close the panel. It must hold no state of its own.

import { el, iconButton, setText } from "../dom.js";
import { icons } from "../icons.js";
import type { Scope } from "../scope.js";
import type { Draw } from "../state.js";

export interface BarActions {
  startOver(): void;
  toggleLibrary(): void;
  toggleSessions(): void;
  close(): void;
}

export function barView({ root, settings, t }: Scope, actions: BarActions): { element: HTMLElement; draw: Draw } {
  const title = el("h2", { id: "conversation-title", part: "heading", attrs: { tabindex: -1 } }, settings.heading ?? t("bar.title"));
  const documents = iconButton(icons.files, t("documents.title"), actions.toggleLibrary, { class: "button button-quiet for-narrow", attrs: { "aria-controls": "library" } });
  const sessions = iconButton(icons.list, t("bar.sessions"), actions.toggleSessions, { class: "button button-quiet", id: "open-sessions" });
  const startOver = iconButton(icons.plus, t("bar.new"), actions.startOver, { class: "button button-quiet" });
  const close = iconButton(icons.close, t("bar.close"), actions.close, { class: "button button-quiet icon-only", part: "close" });
  const count = el("span", { class: "count", attrs: { "aria-hidden": "true" } });
  documents.append(count);
  close.hidden = settings.mode === "inline";
  const element = el("header", { class: "bar-top", part: "header" }, el("slot", { attrs: { name: "header" } }), title, el("div", { class: "bar-buttons" }, documents, sessions, startOver, close));
  const draw: Draw = (state) => {
    const focused = root.activeElement;
    startOver.hidden = state.turns.length === 0;
    documents.setAttribute("aria-expanded", String(state.libraryOpen));
    setText(count, state.documents.length === 0 ? "" : t.number(state.documents.length));
    documents.title = state.documents.length === 0 ? t("documents.title") : t("bar.documents", { count: state.documents.length });
    sessions.hidden = state.sessions === undefined;
    sessions.setAttribute("aria-expanded", String(state.sessions?.open ?? false));
    // What was pressed is gone now; what it led to takes the focus, without calling up a keyboard.
    if (focused === startOver && startOver.hidden) title.focus();
  };
  return { element, draw };
}
