// One question and its answer: label, text, warnings, problem, what can be done with it, the
// passages behind it and what it used. It must show who answered before anything else, a model or
// the documents themselves.

import type { RetrievedPassage, Usage } from "../../types.js";
import { button, el, iconButton, setText } from "../dom.js";
import { icons } from "../icons.js";
import { copyText } from "../markdown/render.js";
import { inWords, sentence, warningInWords } from "../problems.js";
import type { Scope } from "../scope.js";
import type { Activity, Rating, Turn, TurnStatus } from "../state.js";
import type { Translate } from "../strings/translate.js";
import { AnswerText, type MarkerActions } from "./answer-text.js";
import { problemElement } from "./problem.js";
import { StepsView, stepInWords } from "./steps.js";

export interface TurnActions extends MarkerActions {
  again(turn: Turn): void;
  rate(turn: Turn, rating: Rating): void;
}

export class TurnView {
  readonly element = el("li", { class: "turn", part: "turn" });
  readonly #scope: Scope;
  readonly #actions: TurnActions;
  readonly #question = el("h3", { class: "question", part: "question", attrs: { dir: "auto", tabindex: -1 } });
  readonly #label = el("p", { class: "label" });
  readonly #activity = el("p", { class: "activity" });
  readonly #bar: HTMLProgressElement;
  readonly #thinkingText = el("p", { class: "thinking-text", attrs: { dir: "auto" } });
  readonly #thinking: HTMLElement;
  readonly #steps: StepsView;
  readonly #text: AnswerText;
  readonly #notes = el("div", { class: "notes" });
  readonly #why = el("details", { class: "fold" });
  readonly #usage = el("p", { class: "usage" });
  readonly #ratings: Record<Rating, HTMLButtonElement>;
  readonly #copy: HTMLButtonElement;
  readonly #tools: HTMLElement;
  #turn: Turn | undefined;
  #drawnWarnings = 0;
  #drawnStatus: TurnStatus | undefined;
  #drawnPassages: readonly RetrievedPassage[] | undefined;

  constructor(scope: Scope, actions: TurnActions) {
    const { t } = scope;
    this.#scope = scope;
    this.#actions = actions;
    this.#bar = el("progress", { class: "bar", attrs: { "aria-label": t("doing.progress") } });
    this.#thinking = el("details", { class: "fold" }, el("summary", {}, t("answer.thinking")), this.#thinkingText);
    this.#steps = new StepsView(t);
    this.#text = new AnswerText(scope, actions, () => this.#mark());
    this.#copy = this.#tool(icons.copy, t("answer.copy"), (turn) => void copyText(turn.text, () => scope.announcer.say(t("say.copied"))));
    this.#ratings = {
      up: this.#tool(icons.good, t("answer.good"), (turn) => actions.rate(turn, "up")),
      down: this.#tool(icons.bad, t("answer.bad"), (turn) => actions.rate(turn, "down")),
    };
    const again = this.#tool(icons.again, t("answer.retry"), (turn) => actions.again(turn));
    this.#tools = el("div", { class: "answer-tools" }, this.#copy, again, this.#ratings.up, this.#ratings.down);
    this.element.append(
      this.#question,
      el("div", { class: "answer" }, this.#label, this.#thinking, this.#steps.element, this.#text.element, this.#activity, this.#bar, this.#notes, this.#tools, this.#why, this.#usage),
    );
  }

  draw(turn: Turn): void {
    // A long conversation is drawn with every token; what is over need not be looked at again.
    if (turn.status.kind !== "running" && turn === this.#turn && turn.status === this.#drawnStatus) return;
    this.#turn = turn;
    const { t } = this.#scope;
    setText(this.#question, turn.question);
    setText(this.#label, labelOf(t, turn));
    this.#label.classList.toggle("label-quotes", turn.extractive);
    this.#thinking.hidden = turn.reasoning === "";
    setText(this.#thinkingText, turn.reasoning);
    this.#steps.draw(turn.steps);
    this.#text.draw(turn);
    this.#drawActivity(turn.status);
    this.#drawTools(turn);
    this.#drawNotes(turn);
    this.#drawWhy(turn);
    this.#usage.hidden = turn.usage === undefined;
    if (turn.usage) setText(this.#usage, usageInWords(t, turn.usage, turn.extractive));
    this.#mark();
  }

  /** An answer is over for the reader when all of it is there. */
  #mark(): void {
    const kind = this.#turn?.status.kind ?? "running";
    this.element.dataset["status"] = this.#text.complete ? kind : "running";
  }

  #tool(path: string, label: string, act: (turn: Turn) => void): HTMLButtonElement {
    return iconButton(path, label, () => this.#turn && act(this.#turn), { class: "quiet-icon" });
  }

  #drawTools(turn: Turn): void {
    const over = turn.status.kind !== "running";
    this.#tools.hidden = !over;
    this.#copy.hidden = turn.text === "";
    for (const rating of ["up", "down"] as const) {
      this.#ratings[rating].hidden = turn.status.kind !== "done";
      this.#ratings[rating].setAttribute("aria-pressed", String(turn.rating === rating));
    }
  }

  #drawActivity(status: TurnStatus): void {
    this.#activity.hidden = status.kind !== "running";
    this.#bar.hidden = status.kind !== "running" || !status.total;
    if (status.kind !== "running") return;
    setText(this.#activity, activityInWords(this.#scope.t, status.activity));
    if (!status.total) return;
    this.#bar.max = status.total;
    this.#bar.value = status.done ?? 0;
  }

  #drawNotes(turn: Turn): void {
    if (this.#drawnStatus === turn.status && this.#drawnWarnings === turn.warnings.length) return;
    this.#drawnStatus = turn.status;
    this.#drawnWarnings = turn.warnings.length;
    const { t } = this.#scope;
    const notes: HTMLElement[] = turn.warnings.map((warning) => el("p", { class: "note" }, warningInWords(t, warning), " ", el("code", {}, warning.code)));
    if (turn.status.kind === "failed") notes.push(problemElement(t, turn.status.problem));
    if (turn.status.kind === "stopped") notes.push(el("p", { class: "note" }, t("answer.stopped")));
    this.#notes.replaceChildren(...notes);
  }

  #drawWhy(turn: Turn): void {
    this.#why.hidden = turn.passages.length === 0;
    if (this.#drawnPassages === turn.passages) return;
    this.#drawnPassages = turn.passages;
    this.#why.replaceChildren(
      el("summary", {}, this.#scope.t("answer.why")),
      turn.plan === "" ? "" : el("p", { class: "plan", attrs: { dir: "auto" } }, sentence(turn.plan)),
      el("ol", { class: "passages" }, ...turn.passages.map((passage) => this.#passage(passage))),
    );
  }

  #passage(passage: RetrievedPassage): HTMLElement {
    const { t } = this.#scope;
    const title = passage.title ?? passage.documentId;
    const page = passage.spans[0]?.page;
    const place = page === undefined ? title : t("source.place", { title, page });
    return el(
      "li",
      {},
      button(`${t.number(passage.number)}. ${place}`, () => this.#actions.openPassage(passage), { class: "passage-open", attrs: { dir: "auto" } }),
      el("span", { class: "score" }, t("answer.score", { score: t.number(passage.score, 2) })),
      el("p", { class: "passage-text", attrs: { dir: "auto" } }, passage.text.replace(/\n\s*\n/g, "\n")),
    );
  }
}

function activityInWords(t: Translate, activity: Activity): string {
  switch (activity.kind) {
    case "message":
      return t(activity.message.key, activity.message.values);
    case "step":
      return t("doing.step", { step: stepInWords(t, activity.step) });
    case "retry":
      return t("doing.retry", { problem: inWords(t, { code: activity.reason }).what, count: activity.seconds, attempt: activity.attempt });
    default:
      return activity satisfies never;
  }
}

function labelOf(t: Translate, turn: Turn): string {
  if (turn.extractive || turn.model === undefined) return t("answer.quotes");
  return turn.model === "" ? t("answer.model") : turn.model;
}

function usageInWords(t: Translate, usage: Usage, extractive: boolean): string {
  if (extractive && usage.requests === 0) return t("answer.usage.none");
  return t(usage.estimated ? "answer.usage.about" : "answer.usage", { count: usage.requests, input: usage.promptTokens, output: usage.completionTokens });
}
