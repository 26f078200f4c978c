// The question box, the level and the Ask and Stop buttons. It must keep no question once it is
// asked, and never send one while another is being answered.

import { button, el, setText } from "../dom.ts";
import { hasModel } from "../settings.ts";
import { runningTurn, type State } from "../state.ts";
import type { Level } from "qwen-agent-wasm";

export interface ComposerActions {
  ask(question: string): void;
  /** The text in the box has changed. */
  typed(question: string): void;
  stop(): void;
  setLevel(level: Level): void;
}

const levels = [
  { value: "auto", label: "Auto", hint: "Reads everything when it is short, else the best passages." },
  { value: "retrieve", label: "Retrieve", hint: "Answers from the passages that fit best. Fast." },
  { value: "read", label: "Read everything", hint: "Reads every part, then answers. Slow, thorough, many requests." },
  { value: "reason", label: "Step by step", hint: "The model asks questions of its own until it can answer. For questions that join facts; many requests." },
] as const satisfies readonly { value: Level; label: string; hint: string }[];

/** The box grows with the question up to this height, then scrolls. */
const MOST_ROWS = 6;

export function composer(actions: ComposerActions): { element: HTMLElement; draw: (state: State) => void } {
  const question = el("textarea", {
    id: "question",
    attrs: { rows: 1, dir: "auto", placeholder: "Ask about your documents", "aria-describedby": "composer-hint composer-cost", enterkeyhint: "send" },
  });
  const level = el(
    "select",
    { id: "level" },
    ...levels.map(({ value, label }) => el("option", { attrs: { value } }, label)),
  );
  const levelHint = el("span", {});
  const hint = el("p", { class: "composer-hint", id: "composer-hint" }, levelHint, el("span", { class: "keys-hint" }, " Enter sends, Shift+Enter starts a new line."));
  const cost = el("p", { class: "composer-hint", id: "composer-cost" });
  const ask = el("button", { class: "button button-primary", attrs: { type: "submit" } }, "Ask");
  const stop = button("Stop", actions.stop, { class: "button button-stop" });
  const form = el(
    "form",
    { class: "composer" },
    el("label", { class: "visually-hidden", attrs: { for: "question" } }, "Your question"),
    question,
    el("div", { class: "composer-row" }, el("label", { class: "level", attrs: { for: "level" } }, "Level", level), ask, stop),
    hint,
    cost,
  );
  let busy = false;

  const send = (): void => {
    if (busy) return;
    actions.ask(question.value);
    if (question.value.trim() !== "") question.value = "";
    actions.typed(question.value);
    fit(question);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  question.addEventListener("keydown", (event) => {
    // While an input method composes, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  question.addEventListener("input", () => {
    actions.typed(question.value);
    fit(question);
  });
  level.addEventListener("change", () => {
    const chosen = levels.find(({ value }) => value === level.value);
    if (chosen) actions.setLevel(chosen.value);
  });

  const draw = (state: State): void => {
    const wasBusy = busy;
    busy = runningTurn(state) !== undefined;
    const focused = document.activeElement;
    ask.hidden = busy;
    stop.hidden = !busy;
    if (wasBusy !== busy && (focused === ask || focused === stop)) (busy ? stop : ask).focus();
    level.value = state.level;
    setText(levelHint, hintFor(state));
    setText(cost, state.cost);
    cost.hidden = state.cost === "";
  };
  return { element: form, draw };
}

function hintFor({ level, settings }: State): string {
  if (!hasModel(settings)) return "No model is connected: the sentences that fit best are quoted.";
  return levels.find(({ value }) => value === level)?.hint ?? "";
}

function fit(box: HTMLTextAreaElement): void {
  box.rows = Math.min(MOST_ROWS, Math.max(1, box.value.split("\n").length));
}
