// Tells what the next question would cost, for the levels that take many requests. It must ask
// nothing, and leave no figure standing that belongs to other documents or another level.

import type { Assistant, Estimate } from "qwen-agent-wasm";
import { askOptions, historyOf } from "./questions.ts";
import { hasModel } from "./settings.ts";
import { readyDocuments, runningTurn, type State, type Store } from "./state.ts";

/** Typing changes the figure little: it waits for a pause. */
const PAUSE_MS = 400;

export class CostPreview {
  readonly #store: Store;
  readonly #assistant: Promise<Assistant>;
  #question = "";
  /** What the figure that is shown, or on its way, was made for. */
  #subject = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(store: Store, assistant: Promise<Assistant>) {
    this.#store = store;
    this.#assistant = assistant;
    store.view((state) => this.#consider(state));
  }

  typed(question: string): void {
    this.#question = question.trim();
    this.#consider(this.#store.state);
  }

  #consider(state: State): void {
    const subject = subjectOf(state, this.#question);
    if (subject === this.#subject) return;
    const before = this.#subject;
    this.#subject = subject;
    clearTimeout(this.#timer);
    if (!sameButQuestion(before, subject)) this.#show("");
    if (subject === "") return;
    this.#timer = setTimeout(() => void this.#estimate(subject), PAUSE_MS);
  }

  async #estimate(subject: string): Promise<void> {
    const { level, settings, turns } = this.#store.state;
    try {
      const assistant = await this.#assistant;
      const estimate = await assistant.estimate(this.#question, askOptions(settings, level, historyOf(turns)));
      if (subject === this.#subject) this.#show(costInWords(estimate));
    } catch {
      // What is wrong with the endpoint is told when the question is asked.
      if (subject === this.#subject) this.#show("");
    }
  }

  #show(cost: string): void {
    if (this.#store.state.cost !== cost) this.#store.change((state) => (state.cost = cost));
  }
}

/** All that the cost depends on; empty where it is not told. The question stands last. */
function subjectOf(state: State, question: string): string {
  const { level, settings, turns } = state;
  const documents = readyDocuments(state);
  if ((level !== "read" && level !== "reason") || !hasModel(settings) || documents.length === 0 || runningTurn(state)) return "";
  return JSON.stringify([level, settings.baseUrl, settings.model, turns.length, documents.map(({ id, tokens }) => [id, tokens]), question]);
}

function sameButQuestion(left: string, right: string): boolean {
  const head = (subject: string): string => (subject === "" ? "" : JSON.stringify((JSON.parse(subject) as unknown[]).slice(0, -1)));
  return head(left) === head(right);
}

const numbers = new Intl.NumberFormat("en", { maximumSignificantDigits: 2 });

export function costInWords({ requests, promptTokens, completionTokens, atMost }: Estimate): string {
  if (requests === 0) return "";
  const how = atMost ? "up to" : "about";
  return `This takes ${how} ${requests === 1 ? "1 request" : `${requests} requests`} and ${numbers.format(promptTokens + completionTokens)} tokens.`;
}
