// Asks, follows the answer's events into the state, and stops. It must announce starts, ends and
// errors only, and give every question an end state whatever happens.

import type { AgentEvent, Answer, HistoryMessage, Level, Run } from "../../types.js";
import { isAbort, partialText, problemFrom, spoken } from "../problems.js";
import type { Scope } from "../scope.js";
import type { SessionActions } from "./sessions.js";
import { askOptions } from "../settings.js";
import type { Key } from "../strings/en.js";
import type { Values } from "../strings/translate.js";
import { hasModel, runningTurn, type Rating, type State, type Step, type Store, type Turn, type TurnStatus } from "../state.js";

/** Earlier messages sent along, so that "and the second one?" is understood. */
const HISTORY_MESSAGES = 6;

export class QuestionActions {
  readonly #scope: Scope;
  readonly #store: Store;
  readonly #sessions: SessionActions;
  #run: Run | undefined;

  constructor(scope: Scope, store: Store, sessions: SessionActions) {
    this.#scope = scope;
    this.#store = store;
    this.#sessions = sessions;
  }

  ask(question: string): void {
    const { state } = this.#store;
    const asked = question.trim();
    if (runningTurn(state) || asked === "") return;
    const { level } = state;
    const turn = newTurn(nextKey(state), asked, level, state);
    const history = historyOf(state);
    this.#store.change((changed) => {
      changed.turns.push(turn);
      changed.suggestions = [];
      changed.libraryOpen = false;
    });
    this.#scope.announcer.say(this.#scope.t("say.looking"));
    this.#scope.emit("qa-run-start", { question: asked, level });
    void this.#follow(turn, history);
  }

  stop(): void {
    const turn = runningTurn(this.#store.state);
    if (!turn) return;
    this.#store.change(() => (turn.status = { kind: "stopped" }));
    this.#run?.abort();
    this.#scope.announcer.say(this.#scope.t("say.stopped"));
    this.#ended(turn);
  }

  /** Asks the same again; what came to nothing makes room for it. */
  again(turn: Turn): void {
    if (runningTurn(this.#store.state)) return;
    if (turn.status.kind !== "done") this.#store.change((state) => (state.turns = state.turns.filter((other) => other !== turn)));
    this.ask(turn.question);
  }

  rate(turn: Turn, rating: Rating): void {
    const chosen = turn.rating === rating ? undefined : rating;
    this.#store.change((state) => {
      // A new object, since what is over is only drawn again when it changes.
      state.turns = state.turns.map((other) => (other === turn ? { ...turn, rating: chosen } : other));
    });
    if (chosen === undefined) return;
    this.#scope.announcer.say(this.#scope.t("say.thanks"));
    this.#scope.emit("qa-feedback", { question: turn.question, answer: turn.text, rating: chosen, level: turn.level, citations: turn.citations });
  }

  setLevel(level: Level): void {
    this.#store.change((state) => (state.level = level));
  }

  startOver(): void {
    this.stop();
    this.#sessions.leave();
    this.#store.change((state) => {
      state.turns = [];
      state.source = undefined;
      state.suggestions = this.#scope.settings.suggestions;
    });
    this.#scope.announcer.say(this.#scope.t("say.empty"));
  }

  async #follow(turn: Turn, history: HistoryMessage[]): Promise<void> {
    try {
      const assistant = await this.#scope.assistant;
      // Who asks before the site's index is open asks that, and not nothing.
      await this.#scope.opening;
      const session = await this.#sessions.current();
      if (turn.status.kind !== "running") return;
      // A session knows what was said in it.
      const conversation = session === undefined ? { history } : { session };
      const run = assistant.ask(turn.question, askOptions(this.#scope.settings, turn.level, conversation));
      this.#run = run;
      for await (const event of run) {
        if (turn.status.kind !== "running") return;
        this.#store.change(() => apply(event, turn));
      }
      if (turn.status.kind === "running") throw { code: "llm.incomplete", message: "the run ended without an answer" };
      this.#scope.announcer.say(this.#scope.t(turn.extractive ? "say.quoted" : "say.answered", { count: turn.citations.length }));
      this.#ended(turn);
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
      return this.#ended(turn);
    }
    const problem = problemFrom(error);
    this.#store.change(() => {
      if (turn.text === "") turn.text = partialText(error);
      turn.status = { kind: "failed", problem };
    });
    this.#scope.announcer.say(spoken(this.#scope.t, problem));
    this.#scope.emit("qa-error", { code: problem.code, message: problem.detail, error, question: turn.question });
    this.#ended(turn);
  }

  #ended({ question, status, answer }: Turn): void {
    this.#scope.emit("qa-run-end", { question, status: status.kind, answer });
  }
}

/** What was said before, as far as it is sent along. */
export function historyOf({ turns }: State): HistoryMessage[] {
  return turns
    .filter((turn) => turn.status.kind === "done" && !turn.extractive)
    .flatMap((turn): HistoryMessage[] => [
      { role: "user", content: turn.question },
      { role: "assistant", content: turn.text },
    ])
    .slice(-HISTORY_MESSAGES);
}

function nextKey({ turns }: State): number {
  return Math.max(0, ...turns.map(({ key }) => key)) + 1;
}

function newTurn(key: number, question: string, level: Level, state: State): Turn {
  return {
    key,
    question,
    level,
    model: state.connection.kind === "model" ? state.connection.name : undefined,
    extractive: !hasModel(state),
    status: doing("doing.looking"),
    text: "",
    reasoning: "",
    steps: [],
    citations: [],
    passages: [],
    plan: "",
    warnings: [],
    usage: undefined,
    rating: undefined,
    answer: undefined,
  };
}

function doing(key: Key, values: Values = {}): TurnStatus {
  return { kind: "running", activity: { kind: "message", message: { key, values } } };
}

function apply(event: AgentEvent, turn: Turn): void {
  switch (event.type) {
    case "plan":
      turn.plan = event.reason;
      turn.extractive = event.strategy === "extract";
      return;
    case "retrieval":
      turn.passages = event.passages;
      turn.status = doing("doing.passages", { count: event.passages.length });
      return;
    case "chunk-read": {
      const { done, total } = event;
      turn.status = { ...doing("doing.parts", { done, count: total }), done, total } as TurnStatus;
      return;
    }
    case "tool-call": {
      const { id, name, arguments: given } = event;
      const step: Step = { id, name, arguments: given, result: undefined };
      turn.steps = [...turn.steps, step];
      turn.status = { kind: "running", activity: { kind: "step", step } };
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
      turn.status = doing("doing.thinking");
      return;
    case "text":
      turn.text += event.text;
      turn.status = doing("doing.answering");
      return;
    case "retry":
      turn.status = { kind: "running", activity: { kind: "retry", seconds: Math.max(1, Math.round(event.afterMs / 1000)), attempt: event.attempt, reason: event.reason } };
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
  turn.answer = answer;
  turn.status = { kind: "done" };
}
