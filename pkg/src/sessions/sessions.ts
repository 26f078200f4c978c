/**
 * `assistant.sessions`: conversations that are kept, and how a question gets into one.
 *
 * It joins a place, the turns' plain functions and the tabs of the same site, which hear of changes
 * by a broadcast channel. It does not ask anything itself.
 */

import { fail, toQwenAgentError } from "../errors.js";
import type { HistoryMessage } from "../options.js";
import type { AgentEvent } from "../results.js";
import { databaseSessions } from "./database.js";
import { sessionAsJson, sessionAsMarkdown } from "./export.js";
import { memorySessions, type SessionRecord, type SessionStore } from "./store.js";
import { end, follow, historyOf, newTurn, titleOf } from "./turns.js";
import type { Session, SessionInfo, Sessions, SessionsChange, SessionTurn, TurnEnd } from "./types.js";

/** A question that is being written into its session. */
export interface Recording {
  /** What was said before. */
  history: HistoryMessage[];
  take(event: AgentEvent): void;
  /** Resolves when the turn is kept, or could not be, which is told and fails nothing. */
  end(how: TurnEnd): Promise<void>;
}

export interface KeptSessions extends Sessions {
  begin(id: string, question: string, level: SessionTurn["level"]): Promise<Recording>;
  /** Whether the place can be used at all. */
  works(): Promise<boolean>;
  close(): void;
}

/** `database` is a name, or nothing to keep them in memory. `now` is for tests. */
export function sessionsIn(database: string | undefined, onChange: (change: SessionsChange) => void, now: () => number = Date.now): KeptSessions {
  const store: SessionStore = database === undefined ? memorySessions() : databaseSessions(database);
  const tabs = database === undefined || typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(database);
  tabs?.addEventListener("message", ({ data }: MessageEvent<SessionsChange>) => onChange(data));

  function tell(change: SessionsChange): void {
    tabs?.postMessage(change);
    onChange(change);
  }

  async function get(id: string): Promise<Session | undefined> {
    const record = await store.get(id);
    return record && { ...infoOf(record), turns: await store.turns(id) };
  }

  async function begin(id: string, question: string, level: SessionTurn["level"]): Promise<Recording> {
    const history = historyOf(await store.turns(id));
    const turn = newTurn(question, level, now());
    const touch = (session: SessionRecord): SessionRecord => ({ ...session, title: session.title || titleOf(question), changed: now() });
    // Kept before it is asked: what is said of a page that is closed now is true.
    const number = await store.change(id, touch, turn);
    if (number < 0) throw fail("usage", `there is no session "${id}"; sessions.create() gives one`);
    tell({ change: "changed", id });
    return {
      history,
      take: (event) => follow(turn, event),
      async end(how) {
        end(turn, how);
        try {
          await store.setTurn(id, number, turn);
          tell({ change: "changed", id });
        } catch (error) {
          const { code, message } = toQwenAgentError(error);
          onChange({ change: "unkept", id, error: { code, message } });
        }
      },
    };
  }

  return {
    begin,
    get,
    async create({ title = "" } = {}) {
      const time = now();
      const record: SessionRecord = { version: 1, id: newId(), title: title.trim(), created: time, changed: time, turnCount: 0 };
      await store.add(record);
      tell({ change: "created", id: record.id });
      return infoOf(record);
    },
    async list({ query = "" } = {}) {
      const records = (await store.all()).sort((one, other) => other.changed - one.changed || (one.id < other.id ? -1 : 1));
      const words = folded(query).split(/\s+/).filter((word) => word !== "");
      if (words.length === 0) return records.map(infoOf);
      const found = await Promise.all(records.map(async (record) => mentions(record, await store.turns(record.id), words)));
      return records.filter((_, at) => found[at]).map(infoOf);
    },
    async rename(id, title) {
      const there = await store.get(id);
      if (there) await store.change(id, (session) => ({ ...session, title: title.trim(), changed: now() }));
      if (there) tell({ change: "changed", id });
      return there !== undefined;
    },
    async remove(id) {
      const removed = await store.remove(id);
      if (removed) tell({ change: "removed", id });
      return removed;
    },
    async clear() {
      await store.clear();
      tell({ change: "cleared" });
    },
    async export(id, format) {
      if (format !== "markdown" && format !== "json") throw fail("usage", 'the format of an export is "markdown" or "json"');
      const session = await get(id);
      return session && (format === "json" ? sessionAsJson(session) : sessionAsMarkdown(session));
    },
    works: () => store.get("").then(() => true, () => false),
    close() {
      tabs?.close();
      store.close();
    },
  };
}

function infoOf({ id, title, created, changed, turnCount }: SessionRecord): SessionInfo {
  return { id, title, created, changed, turnCount };
}

function mentions(record: SessionRecord, turns: readonly SessionTurn[], words: readonly string[]): boolean {
  const text = folded([record.title, ...turns.flatMap(({ question, text }) => [question, text])].join("\n"));
  return words.every((word) => text.includes(word));
}

function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

/** Also where a page is not served safely and has no `randomUUID`. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
