// One question and its answer: label, text, warnings, problem, the passages behind it and what
// it used. It must show who answered before anything else, a model or the documents themselves.

import type { RetrievedPassage, Usage } from "qwen-agent-wasm";
import { button, el, setText } from "../dom.ts";
import type { Turn, TurnStatus } from "../state.ts";
import { AnswerText, type OpenCitation } from "./answer-text.ts";
import { sentence } from "./document-row.ts";
import { problemElement } from "./problem.ts";
import { StepsView } from "./steps.ts";

export interface TurnActions {
  openCitation: OpenCitation;
  openPassage(passage: RetrievedPassage): void;
}

export class TurnView {
  readonly element = el("li", { class: "turn" });
  readonly #actions: TurnActions;
  readonly #question = el("h3", { class: "question", attrs: { dir: "auto", tabindex: -1 } });
  readonly #label = el("p", { class: "label" });
  readonly #activity = el("p", { class: "activity" });
  readonly #bar = el("progress", { class: "bar", attrs: { "aria-label": "Parts read" } });
  readonly #thinkingText = el("p", { class: "thinking-text", attrs: { dir: "auto" } });
  readonly #thinking = el("details", { class: "fold" }, el("summary", {}, "The model’s thinking"), this.#thinkingText);
  readonly #steps = new StepsView();
  readonly #text: AnswerText;
  readonly #notes = el("div", { class: "notes" });
  readonly #why = el("details", { class: "fold" });
  readonly #usage = el("p", { class: "usage" });
  #drawnStatus: TurnStatus | undefined;
  #drawnWarnings = 0;
  #drawnPassages: readonly RetrievedPassage[] | undefined;

  constructor(actions: TurnActions) {
    this.#actions = actions;
    this.#text = new AnswerText(actions.openCitation);
    this.element.append(
      this.#question,
      el("div", { class: "answer" }, this.#label, this.#thinking, this.#steps.element, this.#text.element, this.#activity, this.#bar, this.#notes, this.#why, this.#usage),
    );
  }

  draw(turn: Turn): void {
    // A long conversation is drawn with every token; what is over need not be looked at again.
    if (turn.status.kind !== "running" && turn.status === this.#drawnStatus) return;
    setText(this.#question, turn.question);
    setText(this.#label, labelOf(turn));
    this.#label.classList.toggle("label-quotes", turn.extractive);
    this.#thinking.hidden = turn.reasoning === "";
    setText(this.#thinkingText, turn.reasoning);
    this.#steps.draw(turn.steps);
    this.#text.draw(turn.text, turn.citations, turn.extractive);
    this.#drawActivity(turn.status);
    this.#drawNotes(turn);
    this.#drawWhy(turn);
    this.#usage.hidden = turn.usage === undefined;
    if (turn.usage) setText(this.#usage, usageInWords(turn.usage, turn.extractive));
    this.element.dataset["status"] = turn.status.kind;
  }

  #drawActivity(status: TurnStatus): void {
    this.#activity.hidden = status.kind !== "running";
    this.#bar.hidden = status.kind !== "running" || !status.total;
    if (status.kind !== "running") return;
    setText(this.#activity, status.activity);
    if (!status.total) return;
    this.#bar.max = status.total;
    this.#bar.value = status.done ?? 0;
  }

  #drawNotes(turn: Turn): void {
    if (this.#drawnStatus === turn.status && this.#drawnWarnings === turn.warnings.length) return;
    this.#drawnStatus = turn.status;
    this.#drawnWarnings = turn.warnings.length;
    const notes: HTMLElement[] = turn.warnings.map((warning) =>
      el("p", { class: "note" }, sentence(warning.message), " ", el("code", {}, warning.code)),
    );
    if (turn.status.kind === "failed") notes.push(problemElement(turn.status.problem));
    if (turn.status.kind === "stopped") notes.push(el("p", { class: "note" }, "Stopped before the end."));
    this.#notes.replaceChildren(...notes);
  }

  #drawWhy(turn: Turn): void {
    this.#why.hidden = turn.passages.length === 0;
    if (this.#drawnPassages === turn.passages) return;
    this.#drawnPassages = turn.passages;
    this.#why.replaceChildren(
      el("summary", {}, "Why this answer"),
      turn.plan === "" ? "" : el("p", { class: "plan" }, sentence(turn.plan)),
      el("ol", { class: "passages" }, ...turn.passages.map((passage) => this.#passage(passage))),
    );
  }

  #passage(passage: RetrievedPassage): HTMLElement {
    const title = passage.title ?? passage.documentId;
    const page = passage.spans[0]?.page;
    return el(
      "li",
      {},
      button(`${passage.number}. ${title}${page === undefined ? "" : `, page ${page}`}`, () => this.#actions.openPassage(passage), {
        class: "passage-open",
        attrs: { dir: "auto" },
      }),
      el("span", { class: "score" }, `score ${passage.score.toFixed(2)}`),
      el("p", { class: "passage-text", attrs: { dir: "auto" } }, passage.text.replace(/\n\s*\n/g, "\n")),
    );
  }
}

function labelOf(turn: Turn): string {
  if (turn.extractive) return "Quotes from your documents (no model)";
  return turn.model ?? "Quotes from your documents (no model)";
}

function usageInWords(usage: Usage, extractive: boolean): string {
  if (extractive && usage.requests === 0) return "No request was sent.";
  const about = usage.estimated ? "about " : "";
  const requests = `${usage.requests} request${usage.requests === 1 ? "" : "s"}`;
  return `${requests}, ${about}${usage.promptTokens.toLocaleString("en")} tokens in, ${usage.completionTokens.toLocaleString("en")} out`;
}
