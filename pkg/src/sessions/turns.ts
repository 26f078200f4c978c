/**
 * How a run becomes a turn, and turns become the history of the next question. Plain functions.
 */

import { toQwenAgentError } from "../errors.js";
import type { HistoryMessage } from "../options.js";
import type { AgentEvent } from "../results.js";
import type { SessionTurn, TurnEnd } from "./types.js";

/** Earlier messages that are sent along. The core leaves out the oldest where the window is short. */
const HISTORY_MESSAGES = 10;
/** A title fits into a list. */
const TITLE_CHARACTERS = 60;

/** A turn that has just begun. Kept as it is, it says what is true of a page that was closed. */
export function newTurn(question: string, level: SessionTurn["level"], asked: number): SessionTurn {
  return { question, level, asked, status: "stopped", text: "", reasoning: "", extractive: false, citations: [] };
}

/** Takes in what happened. */
export function follow(turn: SessionTurn, event: AgentEvent): void {
  if (event.type === "text") turn.text += event.text;
  else if (event.type === "reasoning") turn.reasoning += event.text;
  else if (event.type === "plan") turn.strategy = event.strategy;
}

/** Takes in how it ended. */
export function end(turn: SessionTurn, how: TurnEnd): void {
  if ("answer" in how) {
    const { text, extractive, citations, usage } = how.answer;
    Object.assign(turn, { status: "done", text, extractive, citations, usage } satisfies Partial<SessionTurn>);
    return;
  }
  const { code, message, partialText } = toQwenAgentError(how.error);
  if (partialText !== undefined && turn.text === "") turn.text = partialText;
  if (code === "aborted" || code === "disposed") return;
  turn.status = "failed";
  turn.error = { code, message };
}

/** What was said, for the model: quotes are no turns of a conversation. */
export function historyOf(turns: readonly SessionTurn[]): HistoryMessage[] {
  return turns
    .filter(({ status, extractive, text }) => status === "done" && !extractive && text !== "")
    .flatMap(({ question, text }): HistoryMessage[] => [{ role: "user", content: question }, { role: "assistant", content: text }])
    .slice(-HISTORY_MESSAGES);
}

/** The beginning of a question, cut between words if it is long. */
export function titleOf(question: string): string {
  const line = question.replace(/\s+/g, " ").trim();
  const characters = [...line];
  if (characters.length <= TITLE_CHARACTERS) return line;
  const cut = characters.slice(0, TITLE_CHARACTERS - 1).join("");
  const words = cut.replace(/\s\S*$/, "");
  // Scripts without spaces are cut where they are.
  return `${words.length > cut.length / 2 ? words : cut}…`;
}
