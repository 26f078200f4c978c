// Asks, follows the answer's events into the state, and stops. It must announce starts, ends and
// errors only, and give every question an end state whatever happens.

import type { AgentEvent, Answer, AskOptions, Assistant, EndpointOptions, HistoryMessage, Level, Run } from "qwen-agent-wasm";
import { announce } from "./announcer.ts";
import { isAbort, partialText, problemFrom, spoken } from "./problems.ts";
import { hasModel, type Settings } from "./settings.ts";
import { runningTurn, type Step, type Store, type Turn } from "./state.ts";
import { stepInWords } from "./views/steps.ts";

/** Earlier messages sent along, so that "and the second one?" is understood. */
const HISTORY_MESSAGES = 6;

export class QuestionActions {
  readonly #store: Store;
  readonly #assistant: Promise<Assistant>;
  #run: Run | undefined;
  #nextKey = 1;

  constructor(store: Store, assistant: Promise<Assistant>) {
    this.#store = store;
    this.#assistant = assistant;
  }

  ask(question: string): void {
    if (runningTurn(this.#store.state) || question.trim() === "") return;
    const { level, settings } = this.#store.state;
    const turn = newTurn(this.#nextKey++, question.trim(), level, settings);
    const options = askOptions(settings, level, historyOf(this.#store.state.turns));
    this.#store.change((state) => {
      state.turns.push(turn);
      state.suggestions = [];
    });
    announce("Looking for the answer.");
    void this.#follow(turn, options);
  }

  stop(): void {
    const turn = runningTurn(this.#store.state);
    if (!turn) return;
    this.#store.change(() => (turn.status = { kind: "stopped" }));
    this.#run?.abort();
    announce("Stopped.");
  }

  setLevel(level: Level): void {
    this.#store.change((state) => (state.level = level));
  }

  startOver(): void {
    this.stop();
    this.#store.change((state) => (state.turns = []));
    announce("The conversation is empty.");
  }

  async #follow(turn: Turn, options: AskOptions): Promise<void> {
    try {
      const assistant = await this.#assistant;
      if (turn.status.kind !== "running") return;
      const run = assistant.ask(turn.question, options);
      this.#run = run;
      for await (const event of run) {
        if (turn.status.kind !== "running") return;
        this.#store.change(() => apply(event, turn));
      }
      if (turn.status.kind === "running") throw { code: "llm.incomplete", message: "the run ended without an answer" };
      announce(`${turn.extractive ? "Quotes found" : "Answer complete"}, ${sources(turn.citations.length)}.`);
    } catch (error) {
      this.#fail(turn, error);
    } finally {
      this.#run = undefined;
    }
  }

  #fail(turn: Turn, error: unknown): void {
    if (turn.status.kind === "stopped") return;
    if (isAbort(error)) {
      this.#store.change(() => (turn.status = { kind: "stopped" }));
      return;
    }
    const problem = problemFrom(error);
    this.#store.change(() => {
      if (turn.text === "") turn.text = partialText(error);
      turn.status = { kind: "failed", problem };
    });
    announce(spoken(problem));
  }
}

function newTurn(key: number, question: string, level: Level, settings: Settings): Turn {
  return {
    key,
    question,
    level,
    model: hasModel(settings) ? settings.model : undefined,
    extractive: !hasModel(settings),
    status: { kind: "running", activity: "Looking for passages…" },
    text: "",
    reasoning: "",
    steps: [],
    citations: [],
    passages: [],
    plan: "",
    warnings: [],
    usage: undefined,
  };
}

export function askOptions(settings: Settings, level: Level, history: HistoryMessage[]): AskOptions {
  if (!hasModel(settings)) return { level, endpoint: null };
  return { level, endpoint: endpointOf(settings), history };
}

function endpointOf({ baseUrl, model, apiKey }: Settings): EndpointOptions {
  const endpoint: EndpointOptions = { baseURL: new URL(baseUrl, document.baseURI).href, model };
  // The key was typed by the person at this browser, for this visit.
  return apiKey === "" ? endpoint : { ...endpoint, apiKey, dangerouslyAllowBrowser: true };
}

export function historyOf(turns: readonly Turn[]): HistoryMessage[] {
  return turns
    .filter((turn) => turn.status.kind === "done" && !turn.extractive)
    .flatMap((turn): HistoryMessage[] => [
      { role: "user", content: turn.question },
      { role: "assistant", content: turn.text },
    ])
    .slice(-HISTORY_MESSAGES);
}

function apply(event: AgentEvent, turn: Turn): void {
  switch (event.type) {
    case "plan":
      turn.plan = event.reason;
      turn.extractive = event.strategy === "extract";
      return;
    case "retrieval":
      turn.passages = event.passages;
      turn.status = { kind: "running", activity: event.passages.length === 1 ? "Reading 1 passage…" : `Reading ${event.passages.length} passages…` };
      return;
    case "chunk-read":
      turn.status = { kind: "running", activity: `Read ${event.done} of ${event.total} parts…`, done: event.done, total: event.total };
      return;
    case "tool-call": {
      const { id, name, arguments: given } = event;
      const step: Step = { id, name, arguments: given, result: undefined };
      turn.steps = [...turn.steps, step];
      turn.status = { kind: "running", activity: `${stepInWords(step)}…` };
      return;
    }
    case "tool-result": {
      const { id, content, failed } = event;
      // A server may name two calls alike.
      const waiting = turn.steps.findIndex((step) => step.id === id && !step.result);
      turn.steps = turn.steps.map((step, index) => (index === waiting ? { ...step, result: { content, failed } } : step));
      return;
    }
    case "reasoning":
      turn.reasoning += event.text;
      turn.status = { kind: "running", activity: "Thinking…" };
      return;
    case "text":
      turn.text += event.text;
      turn.status = { kind: "running", activity: "Answering…" };
      return;
    case "retry":
      turn.status = { kind: "running", activity: retryInWords(event.afterMs, event.attempt, event.reason) };
      return;
    case "warning":
      turn.warnings = [...turn.warnings, { code: event.code, message: event.message }];
      return;
    case "finish":
      return finish(event.answer, turn);
    default:
      return event satisfies never;
  }
}

function finish(answer: Answer, turn: Turn): void {
  turn.text = answer.text;
  turn.extractive = answer.extractive;
  turn.citations = answer.citations;
  turn.usage = answer.usage;
  turn.status = { kind: "done" };
}

function retryInWords(afterMs: number, attempt: number, reason: string): string {
  const seconds = Math.max(1, Math.round(afterMs / 1000));
  return `${problemFrom({ code: reason }).what} Trying again in ${seconds} s (attempt ${attempt}).`;
}

function sources(count: number): string {
  return count === 1 ? "1 source" : `${count} sources`;
}
