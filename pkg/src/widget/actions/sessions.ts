// Kept conversations: which one is open, the list, and what is done with each. It must let a
// question be asked also where nothing can be kept.

import type { Assistant, Session, SessionFormat, SessionTurn } from "../../types.js";
import { problemFrom, spoken } from "../problems.js";
import type { Scope } from "../scope.js";
import type { SessionEntry, SessionsState, Store, Turn } from "../state.js";

export class SessionActions {
  readonly #scope: Scope;
  readonly #store: Store;
  readonly #begun: Promise<void>;
  /** Counts the questions to the list, so that a slow answer does not overwrite a later one. */
  #asked = 0;

  constructor(scope: Scope, store: Store) {
    this.#scope = scope;
    this.#store = store;
    this.#begun = this.#begin();
  }

  /** The id of the session that the next question belongs to; undefined where none can be kept. */
  async current(): Promise<string | undefined> {
    await this.#begun;
    const { sessions } = this.#store.state;
    if (!sessions || sessions.current !== undefined) return sessions?.current;
    try {
      const { id } = await (await this.#scope.assistant).sessions.create();
      this.#change((state) => (state.current = id));
      this.#remember(id);
      return id;
    } catch (error) {
      this.#unkept(error);
      return undefined;
    }
  }

  /** The next question begins a new one. */
  leave(): void {
    this.#change((state) => (state.current = undefined));
    this.#remember(undefined);
  }

  toggle(): void {
    this.#change((state) => {
      state.open = !state.open;
      state.editing = undefined;
    });
    if (this.#store.state.sessions?.open) this.search("");
  }

  search(query: string): void {
    this.#change((state) => (state.query = query));
    void this.#list();
  }

  edit(editing: SessionsState["editing"]): void {
    this.#change((state) => (state.editing = editing));
  }

  async open(id: string): Promise<void> {
    const session = await (await this.#scope.assistant).sessions.get(id);
    if (!session) return this.#list();
    this.#show(session);
    this.#change((state) => (state.open = false));
    this.#scope.announcer.say(this.#scope.t("say.sessionOpened", { name: session.title || this.#scope.t("sessions.untitled") }));
  }

  async rename(id: string, title: string): Promise<void> {
    this.edit(undefined);
    await (await this.#scope.assistant).sessions.rename(id, title);
    await this.#list();
  }

  /** `gone` is called if it was the one that is open. */
  async remove({ id, title }: SessionEntry, gone: () => void): Promise<void> {
    this.edit(undefined);
    const open = this.#store.state.sessions?.current === id;
    if (open) gone();
    await (await this.#scope.assistant).sessions.remove(id);
    this.#scope.announcer.say(this.#scope.t("say.sessionRemoved", { name: title || this.#scope.t("sessions.untitled") }));
    await this.#list();
  }

  async export({ id, title }: SessionEntry, format: SessionFormat): Promise<void> {
    const text = await (await this.#scope.assistant).sessions.export(id, format);
    if (text === undefined) return;
    const [type, ending] = format === "json" ? ["application/json", "json"] : ["text/markdown", "md"];
    const name = (title || this.#scope.t("sessions.untitled")).replace(/[\\/:*?"<>|\s]+/g, " ").trim().slice(0, 60);
    save(new File([text], `${name}.${ending}`, { type }));
  }

  async #begin(): Promise<void> {
    const assistant = await this.#scope.assistant.catch(() => undefined);
    // An assistant of the page's own may be of another make.
    if (!assistant || !("sessions" in assistant)) return;
    this.#store.change((state) => (state.sessions = { open: false, query: "", list: [], current: undefined, editing: undefined }));
    assistant.addEventListener("sessions", ({ detail: { change, error } }) => {
      if (change === "unkept") this.#unkept(error);
      else if (this.#store.state.sessions?.open) void this.#list();
    });
    // What keeps them is loaded now: the network may be gone by the first question.
    void this.#list();
    await this.#restore(assistant).catch((error: unknown) => this.#unkept(error));
  }

  /** A reader who goes on to another page of the site finds the conversation again. */
  async #restore(assistant: Assistant): Promise<void> {
    const id = this.#remembered();
    if (id === undefined) return;
    const session = await assistant.sessions.get(id);
    // A question may have been asked in the meantime.
    if (session && this.#store.state.turns.length === 0) this.#show(session);
  }

  #show(session: Session): void {
    this.#store.change((state) => {
      state.turns = session.turns.map(turnOf);
      state.source = undefined;
      state.suggestions = session.turns.length === 0 ? this.#scope.settings.suggestions : [];
      state.libraryOpen = session.turns.length === 0;
    });
    this.#change((state) => (state.current = session.id));
    this.#remember(session.id);
  }

  async #list(): Promise<void> {
    const asked = (this.#asked += 1);
    try {
      const { sessions } = await this.#scope.assistant;
      const list = await sessions.list({ query: this.#store.state.sessions?.query ?? "" });
      if (asked === this.#asked) this.#change((state) => (state.list = list.map(({ id, title, changed, turnCount }) => ({ id, title, changed, turns: turnCount }))));
    } catch (error) {
      this.#unkept(error);
    }
  }

  #unkept(error: unknown): void {
    const problem = problemFrom(error);
    this.#scope.announcer.say(spoken(this.#scope.t, problem));
    this.#scope.emit("qa-error", { code: problem.code, message: problem.detail, error });
  }

  #change(edit: (state: SessionsState) => void): void {
    this.#store.change(({ sessions }) => sessions && edit(sessions));
  }

  /** For this tab: another one has a conversation of its own. */
  get #key(): string {
    return `qwen-assistant:${this.#scope.settings.name ?? ""}`;
  }

  #remember(id: string | undefined): void {
    if (this.#scope.settings.storage === "memory") return;
    try {
      if (id === undefined) sessionStorage.removeItem(this.#key);
      else sessionStorage.setItem(this.#key, id);
    } catch {
      // Storage may be forbidden; then a reader begins anew on the next page.
    }
  }

  #remembered(): string | undefined {
    try {
      return sessionStorage.getItem(this.#key) ?? undefined;
    } catch {
      return undefined;
    }
  }
}

function turnOf(turn: SessionTurn, index: number): Turn {
  const { question, level, status, text, reasoning, extractive, citations, usage, error } = turn;
  return {
    key: index + 1,
    question,
    level,
    model: extractive ? undefined : "",
    extractive,
    status: status === "failed" ? { kind: "failed", problem: problemFrom(error) } : { kind: status },
    text,
    reasoning,
    steps: [],
    citations,
    passages: [],
    plan: "",
    warnings: [],
    usage,
    rating: undefined,
    answer: undefined,
  };
}

function save(file: File): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  // The download has begun by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
