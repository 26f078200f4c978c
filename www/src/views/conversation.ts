// The conversation: questions, answers, suggestions and the question box. It must not scroll
// while an answer grows, only when a new question is asked.

import { button, el, KeyedList, part, setText } from "../dom.ts";
import { readyDocuments, runningTurn, type State } from "../state.ts";
import { composer, type ComposerActions } from "./composer.ts";
import { problemElement } from "./problem.ts";
import { TurnView, type TurnActions } from "./turn.ts";

export interface ConversationActions extends ComposerActions, TurnActions {
  startOver(): void;
}

export function conversationView(actions: ConversationActions): (state: State) => void {
  const turns = el("ol", { class: "turns", attrs: { "aria-label": "Questions and answers" } });
  const list = new KeyedList(turns, () => new TurnView(actions));
  const empty = el("p", { class: "empty-talk" });
  const title = el("h2", { id: "conversation-title", attrs: { tabindex: -1 } }, "Conversation");
  const steps = el(
    "ol",
    { class: "steps" },
    el("li", {}, "Add PDFs or texts. They are read and indexed on this device, whatever their language."),
    el("li", {}, "Ask in your own words. With a model connected it writes the answer; without one you get the best quotes."),
    el("li", {}, "Open the numbered sources. Each shows its page with the quoted words marked."),
  );
  const trouble = el("div", {});
  const suggestions = el("ul", { class: "suggestions", attrs: { "aria-label": "Suggested questions" } });
  const startOver = button("New conversation", actions.startOver, { class: "button button-quiet" });
  const box = composer(actions);
  part("conversation").append(
    el("div", { class: "conversation-head" }, title, startOver),
    trouble,
    empty,
    steps,
    turns,
    suggestions,
    box.element,
  );
  let suggested: readonly string[] = [];
  let shown = 0;

  return (state) => {
    const focused = document.activeElement;
    const suggestionHeld = suggestions.contains(focused);
    list.draw(state.turns, (turn) => turn.key);
    turns.hidden = state.turns.length === 0;
    startOver.hidden = state.turns.length === 0;
    empty.hidden = state.turns.length > 0;
    steps.hidden = state.turns.length > 0 || state.documents.length > 0;
    setText(empty, invitation(state));
    trouble.replaceChildren(...(state.ready.kind === "failed" ? [problemElement(state.ready.problem)] : []));
    if (suggested !== state.suggestions) {
      suggested = state.suggestions;
      suggestions.replaceChildren(
        ...suggested.map((text) =>
          el("li", {}, button(text, () => actions.ask(text), { class: "suggestion", attrs: { dir: "auto" } })),
        ),
      );
    }
    suggestions.hidden = suggested.length === 0 || runningTurn(state) !== undefined || readyDocuments(state).length === 0;
    box.draw(state);
    // What was pressed is gone now; what it led to takes the focus, without calling up a keyboard.
    if (focused === startOver && startOver.hidden) title.focus();
    if (suggestionHeld && !suggestions.contains(document.activeElement)) focusLastQuestion(turns);
    if (state.turns.length > shown) turns.lastElementChild?.scrollIntoView({ block: "start" });
    shown = state.turns.length;
  };
}

function focusLastQuestion(turns: HTMLElement): void {
  turns.lastElementChild?.querySelector("h3")?.focus({ preventScroll: true });
}

function invitation(state: State): string {
  const ready = readyDocuments(state).length;
  if (ready > 0) return ready === 1 ? "Your document is ready. What would you like to know?" : `${ready} documents are ready. What would you like to know?`;
  if (state.documents.some(({ status }) => status.kind === "reading" || status.kind === "waiting")) {
    return "Reading. You can write your question already.";
  }
  return "Add a document, or take a sample, and ask the first question.";
}
