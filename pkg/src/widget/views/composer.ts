// The question box, the level and the Ask and Stop buttons. It must keep no question once it is
// asked, and never send one while another is being answered.

import type { Estimate, Level } from "../../types.js";
import { button, el, setText } from "../dom.js";
import type { Scope } from "../scope.js";
import { isLevel } from "../settings.js";
import { hasModel, runningTurn, type Draw, type State } from "../state.js";
import type { Translate } from "../strings/translate.js";

export interface ComposerActions {
  ask(question: string): void;
  /** The text in the box has changed. */
  typed(question: string): void;
  stop(): void;
  setLevel(level: Level): void;
}

const levels = ["auto", "retrieve", "read", "reason", "chat"] as const satisfies readonly Level[];

/** The box grows with the question up to this height, then scrolls. */
const MOST_ROWS = 6;

export function composer({ root, settings, t }: Scope, actions: ComposerActions): { element: HTMLElement; draw: Draw } {
  const question = el("textarea", {
    id: "question",
    part: "input",
    attrs: { rows: 1, dir: "auto", placeholder: t("ask.placeholder"), "aria-describedby": "composer-hint composer-cost", enterkeyhint: "send" },
  });
  const level = el("select", { id: "level" }, ...levels.filter((value) => value !== "chat" || settings.level === "chat").map((value) => el("option", { attrs: { value } }, t(`level.${value}`))));
  const levelHint = el("span", {});
  const hint = el("p", { class: "composer-hint", id: "composer-hint" }, levelHint, el("span", { class: "keys-hint" }, ` ${t("ask.keys")}`));
  const cost = el("p", { class: "composer-hint", id: "composer-cost" });
  const ask = el("button", { class: "button button-primary", part: "send", attrs: { type: "submit" } }, t("ask.send"));
  const stop = button(t("ask.stop"), actions.stop, { class: "button button-stop", part: "stop" });
  const form = el(
    "form",
    { class: "composer", part: "composer" },
    el("label", { class: "visually-hidden", attrs: { for: "question" } }, t("ask.label")),
    question,
    el("div", { class: "composer-row" }, el("label", { class: "level", attrs: { for: "level" } }, t("level.label"), level), ask, stop),
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
    if (isLevel(level.value)) actions.setLevel(level.value);
  });

  const draw: Draw = (state) => {
    const wasBusy = busy;
    busy = runningTurn(state) !== undefined;
    const focused = root.activeElement;
    ask.hidden = busy;
    stop.hidden = !busy;
    if (wasBusy !== busy && (focused === ask || focused === stop)) (busy ? stop : ask).focus();
    level.value = state.level;
    setText(levelHint, hintFor(t, state));
    setText(cost, state.cost ? costInWords(t, state.cost) : "");
    cost.hidden = state.cost === undefined;
  };
  return { element: form, draw };
}

function hintFor(t: Translate, state: State): string {
  return hasModel(state) ? t(`level.${state.level}.hint`) : t("ask.quotes");
}

function costInWords(t: Translate, { requests, promptTokens, completionTokens, atMost }: Estimate): string {
  return t(atMost ? "cost.upTo" : "cost.about", { count: requests, tokens: t.rough(promptTokens + completionTokens) });
}

function fit(box: HTMLTextAreaElement): void {
  box.rows = Math.min(MOST_ROWS, Math.max(1, box.value.split("\n").length));
}
