/**
 * Conversations that are kept: what users see of them. Only types live here.
 */

import type { AskOptions } from "../options.js";
import type { Answer, Citation, Strategy, Usage } from "../results.js";

/** A conversation, without its turns. Times are milliseconds since 1970, as `Date.now()` gives them. */
export interface SessionInfo {
  readonly id: string;
  /** Given by the page, or the beginning of the first question; empty before that. */
  title: string;
  created: number;
  /** When it was last asked or renamed. */
  changed: number;
  turnCount: number;
}

/** One question and what became of it. */
export interface SessionTurn {
  question: string;
  level: NonNullable<AskOptions["level"]>;
  asked: number;
  /** `"stopped"` also where the page was closed before the answer had ended. */
  status: "done" | "stopped" | "failed";
  /** The answer, or as much of it as had come. */
  text: string;
  /** What the model thought before it answered, where it tells that. */
  reasoning: string;
  strategy?: Strategy;
  extractive: boolean;
  citations: Citation[];
  usage?: Usage;
  /** Why it failed. */
  error?: { code: string; message: string };
}

/** A conversation with all of its turns, oldest first. */
export interface Session extends SessionInfo {
  turns: SessionTurn[];
}

/** `"markdown"` is for reading, with the quotes of each answer; `"json"` has everything. */
export type SessionFormat = "markdown" | "json";

/** The kept conversations of an assistant; where is said by `storage.kind`. All of it rejects with `storage.unavailable` if the browser's storage fails. */
export interface Sessions {
  /** Starts one. Ask it with `ask(question, { session: id })`. */
  create(options?: { title?: string }): Promise<SessionInfo>;
  /** All, the last changed first; with `query`, those in whose title, questions or answers all of its words occur. */
  list(options?: { query?: string }): Promise<SessionInfo[]>;
  get(id: string): Promise<Session | undefined>;
  /** Whether there was such a session. */
  rename(id: string, title: string): Promise<boolean>;
  /** Whether there was such a session. A question under way in it goes on, and is not kept. */
  remove(id: string): Promise<boolean>;
  /** Removes all. */
  clear(): Promise<void>;
  /**
   * The text of a file with the conversation; `undefined` where there is none.
   * @example new Blob([await qa.sessions.export(id, "markdown")], { type: "text/markdown" })
   */
  export(id: string, format: SessionFormat): Promise<string | undefined>;
}

/** What an assistant tells of its sessions, also when another tab changed them. */
export interface SessionsChange {
  /** `"unkept"`: the answer could not be kept, and `error` says why. */
  change: "created" | "changed" | "removed" | "cleared" | "unkept";
  /** Not for `"cleared"`. */
  id?: string;
  error?: { code: string; message: string };
}

/** What a finished run leaves in its turn. */
export type TurnEnd = { answer: Answer } | { error: unknown };
