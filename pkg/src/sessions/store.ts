/**
 * Where sessions are kept: what a place must do, and the one in memory.
 *
 * A session and each of its turns are records of their own, so that a question writes only its own
 * turn, however long the conversation is. The place in the browser's database is in `database.ts`.
 */

import type { SessionTurn } from "./types.js";

/** A session as it is kept. */
export interface SessionRecord {
  /** Of this shape. Raised when old readers would misunderstand it. */
  version: 1;
  id: string;
  title: string;
  created: number;
  changed: number;
  turnCount: number;
}

export interface SessionStore {
  all(): Promise<SessionRecord[]>;
  get(id: string): Promise<SessionRecord | undefined>;
  /** In the order in which they were asked. */
  turns(id: string): Promise<SessionTurn[]>;
  add(session: SessionRecord): Promise<void>;
  /** Changes a session, and adds a turn to it if one is given, at once. Gives the turn's number, or -1 where there is no such session. */
  change(id: string, edit: (session: SessionRecord) => SessionRecord, turn?: SessionTurn): Promise<number>;
  /** Replaces a turn, unless its session is gone. */
  setTurn(id: string, number: number, turn: SessionTurn): Promise<void>;
  remove(id: string): Promise<boolean>;
  clear(): Promise<void>;
  /** Lets go of the place, for whoever is gone. What is under way ends, what comes after works, too. */
  close(): void;
}

/** In this page's memory. What goes in and comes out is a copy, as it is with a database. */
export function memorySessions(): SessionStore {
  const sessions = new Map<string, { record: SessionRecord; turns: SessionTurn[] }>();
  return {
    all: async () => [...sessions.values()].map(({ record }) => ({ ...record })),
    get: async (id) => structuredClone(sessions.get(id)?.record),
    turns: async (id) => structuredClone(sessions.get(id)?.turns ?? []),
    async add(record) {
      sessions.set(record.id, { record: { ...record }, turns: [] });
    },
    async change(id, edit, turn) {
      const session = sessions.get(id);
      if (!session) return -1;
      session.record = edit({ ...session.record });
      if (turn) session.record.turnCount = session.turns.push(structuredClone(turn));
      return session.turns.length - 1;
    },
    async setTurn(id, number, turn) {
      const session = sessions.get(id);
      if (session) session.turns[number] = structuredClone(turn);
    },
    remove: async (id) => sessions.delete(id),
    clear: async () => sessions.clear(),
    close() {},
  };
}
