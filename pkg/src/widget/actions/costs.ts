// Tells what the next question would cost, for the levels that take many requests. It must ask
// nothing, and leave no figure standing that belongs to other documents or another level.

import type { Estimate } from "../../types.js";
import type { Scope } from "../scope.js";
import { askOptions } from "../settings.js";
import { hasModel, readyDocuments, runningTurn, type State, type Store } from "../state.js";
import { historyOf } from "./questions.js";

/** Typing changes the figure little: it waits for a pause. */
const PAUSE_MS = 400;

export class CostPreview {
  readonly #scope: Scope;
  readonly #store: Store;
  #question = "";
  /** What the figure that is shown, or on its way, was made for. */
  #subject = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(scope: Scope, store: Store) {
    this.#scope = scope;
    this.#store = store;
    store.watch((state) => this.#consider(state));
  }

  typed(question: string): void {
    this.#question = question.trim();
    this.#consider(this.#store.state);
  }

  #consider(state: State): void {
    const subject = this.#subjectOf(state);
    if (subject === this.#subject) return;
    const before = this.#subject;
    this.#subject = subject;
    clearTimeout(this.#timer);
    if (!sameButQuestion(before, subject)) this.#show(undefined);
    if (subject === "") return;
    this.#timer = setTimeout(() => void this.#estimate(subject), PAUSE_MS);
  }

  async #estimate(subject: string): Promise<void> {
    const { state } = this.#store;
    try {
      const assistant = await this.#scope.assistant;
      const estimate = await assistant.estimate(this.#question, askOptions(this.#scope.settings, state.level, { history: historyOf(state) }));
      if (subject === this.#subject) this.#show(estimate.requests === 0 ? undefined : estimate);
    } catch {
      // What is wrong with the endpoint is told when the question is asked.
      if (subject === this.#subject) this.#show(undefined);
    }
  }

  #show(cost: Estimate | undefined): void {
    if (this.#store.state.cost !== cost) this.#store.change((state) => (state.cost = cost));
  }

  /** All that the cost depends on; empty where it is not told. The question stands last. */
  #subjectOf(state: State): string {
    const { level, turns } = state;
    const documents = readyDocuments(state);
    if ((level !== "read" && level !== "reason") || !hasModel(state) || documents.length === 0 || runningTurn(state)) return "";
    const { baseUrl, model } = this.#scope.settings;
    return JSON.stringify([level, baseUrl, model, turns.length, documents.map(({ id, tokens }) => [id, tokens]), this.#question]);
  }
}

function sameButQuestion(left: string, right: string): boolean {
  const head = (subject: string): string => (subject === "" ? "" : JSON.stringify((JSON.parse(subject) as unknown[]).slice(0, -1)));
  return head(left) === head(right);
}
