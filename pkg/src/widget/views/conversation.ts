// The conversation: questions, answers, suggestions and the question box. It must not scroll
// while an answer grows, only when a new question is asked.

import { button, el, KeyedList, setText } from "../dom.js";
import type { Scope } from "../scope.js";
import { readyDocuments, runningTurn, type Draw, type State } from "../state.js";
import type { Translate } from "../strings/translate.js";
import { composer, type ComposerActions } from "./composer.js";
import { problemElement } from "./problem.js";
import { TurnView, type TurnActions } from "./turn.js";

export type ConversationActions = ComposerActions & TurnActions;

export function conversationView(scope: Scope, actions: ConversationActions): { element: HTMLElement; draw: Draw } {
  const { root, t } = scope;
  const turns = el("ol", { class: "turns", attrs: { "aria-label": t("talk.questions") } });
  const list = new KeyedList(turns, () => new TurnView(scope, actions));
  const invitation = el("p", { class: "empty-talk" });
  const steps = el("ol", { class: "how-to" }, el("li", {}, t("talk.step.add")), el("li", {}, t("talk.step.ask")), el("li", {}, t("talk.step.check")));
  const empty = el("div", { class: "empty-slot" }, el("slot", { attrs: { name: "empty" } }, steps));
  const trouble = el("div", {});
  const suggestions = el("ul", { class: "suggestions", attrs: { "aria-label": t("talk.suggestions") } });
  const box = composer(scope, actions);
  const scroll = el("div", { class: "scroll" }, trouble, invitation, empty, turns, suggestions);
  const footer = el("slot", { attrs: { name: "footer" } });
  const element = el("section", { class: "conversation", id: "conversation", attrs: { "aria-labelledby": "conversation-title" } }, scroll, box.element, footer);
  let suggested: readonly string[] | undefined;
  let shown = 0;

  const draw: Draw = (state) => {
    const held = suggestions.contains(root.activeElement);
    list.draw(state.turns, (turn) => turn.key);
    turns.hidden = state.turns.length === 0;
    invitation.hidden = state.turns.length > 0;
    empty.hidden = state.turns.length > 0;
    steps.hidden = state.documents.length > 0;
    setText(invitation, invitationFor(t, state));
    trouble.replaceChildren(...(state.ready.kind === "failed" ? [problemElement(t, state.ready.problem)] : []));
    if (suggested !== state.suggestions) {
      suggested = state.suggestions;
      suggestions.replaceChildren(...suggested.map((text) => el("li", {}, button(text, () => actions.ask(text), { class: "suggestion", part: "suggestion", attrs: { dir: "auto" } }))));
    }
    suggestions.hidden = state.suggestions.length === 0 || runningTurn(state) !== undefined || readyDocuments(state).length === 0;
    box.draw(state);
    // What was pressed is gone now; what it led to takes the focus.
    if (held && !suggestions.contains(root.activeElement)) turns.lastElementChild?.querySelector("h3")?.focus({ preventScroll: true });
    if (state.turns.length > shown) scroll.scrollTop += topOf(turns.lastElementChild) - topOf(scroll);
    shown = state.turns.length;
  };
  return { element, draw };
}

function topOf(element: Element | null): number {
  return element?.getBoundingClientRect().top ?? 0;
}

function invitationFor(t: Translate, state: State): string {
  const count = readyDocuments(state).length;
  if (count > 0) return t("talk.ready", { count });
  const busy = state.documents.some(({ status }) => status.kind === "reading" || status.kind === "waiting");
  return t(busy ? "talk.reading" : "talk.start");
}
