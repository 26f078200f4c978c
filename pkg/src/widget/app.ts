// The widget behind its launcher: makes the assistant, and wires state, actions and views. Loaded
// when the panel is first opened. It must contain no behavior of its own.

import type { Assistant } from "../types.js";
import { CostPreview } from "./actions/costs.js";
import { DocumentActions } from "./actions/documents.js";
import { QuestionActions } from "./actions/questions.js";
import { SessionActions } from "./actions/sessions.js";
import { SourceActions } from "./actions/sources.js";
import { Announcer } from "./announcer.js";
import { el } from "./dom.js";
import { problemFrom, spoken } from "./problems.js";
import type { Scope } from "./scope.js";
import { assistantOptions, connectionOf, type Addable, type Settings } from "./settings.js";
import { Store, type State } from "./state.js";
import { loadWords } from "./strings/index.js";
import { panelSheet } from "./styles.js";
import { barView } from "./views/bar.js";
import { conversationView } from "./views/conversation.js";
import { acceptDrops, acceptPaste, libraryView } from "./views/library.js";
import { pasteDialog } from "./views/paste-dialog.js";
import { sessionsView, type SessionsActions } from "./views/sessions.js";
import { sourceView } from "./views/source.js";

/** What the element lends to its app. */
export interface Shell {
  host: HTMLElement;
  root: ShadowRoot;
  settings: Settings;
  locales: readonly string[];
  emit(type: string, detail: unknown): boolean;
  /** Someone has pressed "Close". */
  close(): void;
}

export class App {
  readonly #shell: Shell;
  readonly #scope: Scope;
  readonly #store = new Store();
  readonly #panel = el("div", { class: "panel", part: "panel" });
  readonly #documents: DocumentActions;
  readonly #questions: QuestionActions;
  readonly #sessions: SessionActions;
  readonly #sources: SourceActions;
  readonly #costs: CostPreview;
  readonly #sheet = panelSheet();
  readonly #resized = new ResizeObserver(([entry]) => this.#fit(entry?.contentRect.width ?? 0));
  #fit: (width: number) => void = () => {};
  #index: string | undefined;

  static async start(shell: Shell): Promise<App> {
    const t = await loadWords(shell.locales);
    return new App(shell, t);
  }

  private constructor(shell: Shell, t: Scope["t"]) {
    const { host, root, settings, emit } = shell;
    this.#shell = shell;
    this.#scope = { host, root, settings, t, emit, announcer: new Announcer(), assistant: assistantFor(settings), opening: Promise.resolve() };
    this.#documents = new DocumentActions(this.#scope, this.#store);
    this.#sessions = new SessionActions(this.#scope, this.#store);
    this.#questions = new QuestionActions(this.#scope, this.#store, this.#sessions);
    this.#sources = new SourceActions(this.#scope, this.#store);
    this.#costs = new CostPreview(this.#scope, this.#store);
    this.#store.watch((state) => (this.#panel.dataset["ready"] = state.ready.kind));
    const inline = settings.mode === "inline";
    this.#panel.classList.add(inline ? "inline-panel" : "dialog-panel");
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, this.#sheet];
    root.append(this.#scope.announcer.element, this.#panel);
    if (!inline) this.#asDialog();
    if (settings.index === undefined) acceptDrops(this.#panel, this.#documents);
    if (settings.index === undefined) acceptPaste(this.#panel, this.#documents);
    this.update(settings, settings.level, false);
    this.#build();
    void this.#begin();
  }

  /** The attributes or properties have changed. */
  update(settings: Settings, level: Settings["level"], begun = true): void {
    const before = this.#scope.settings;
    this.#scope.settings = settings;
    this.#store.change((state) => {
      state.connection = connectionOf(settings);
      if (level !== undefined) state.level = level;
      if (!begun || before.suggestions.join("\n") !== settings.suggestions.join("\n")) state.suggestions = settings.suggestions;
    });
    if (settings.index !== undefined && settings.index !== this.#index) this.#scope.opening = this.#openIndex(settings.index);
    if (before.heading !== settings.heading) this.#build();
  }

  async speak(locales: readonly string[]): Promise<void> {
    this.#scope.t = await loadWords(locales);
    this.#build();
  }

  get open(): boolean {
    return !this.#panel.hidden;
  }

  /** Shows the panel. The focus goes where one writes, without calling up a keyboard on a phone. */
  show(focus: boolean): void {
    this.#panel.hidden = false;
    if (!focus) return;
    const calm = matchMedia("(pointer: coarse)").matches;
    this.#panel.querySelector<HTMLElement>(calm ? "#conversation-title" : "#question")?.focus();
  }

  hide(): void {
    this.#panel.hidden = true;
  }

  ask(question: string): void {
    this.#questions.ask(question);
  }

  add(items: Iterable<Addable>): void {
    this.#documents.add(items);
  }

  /** Ends everything; an assistant that the page has given goes on living. */
  async dispose(): Promise<void> {
    this.#resized.disconnect();
    this.#questions.stop();
    const { root, assistant, settings } = this.#scope;
    this.#panel.remove();
    this.#scope.announcer.element.remove();
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((sheet) => sheet !== this.#sheet);
    if (!settings.assistant) await assistant.then((made) => made.dispose()).catch(() => {});
  }

  /** Not modal: the page beside it can still be used. */
  #asDialog(): void {
    for (const [name, value] of Object.entries({ role: "dialog", "aria-labelledby": "conversation-title" })) this.#panel.setAttribute(name, value);
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.stopPropagation();
      this.#shell.close();
    });
  }

  /** Makes the views anew, in the language of this moment. */
  #build(): void {
    const scope = this.#scope;
    const [documents, questions, sources] = [this.#documents, this.#questions, this.#sources];
    const paste = pasteDialog(scope.t, (text) => documents.addText(text));
    const bar = barView(scope, {
      startOver: () => questions.startOver(),
      toggleLibrary: () => this.#store.change((state) => (state.libraryOpen = !state.libraryOpen)),
      toggleSessions: () => this.#sessions.toggle(),
      close: () => this.#shell.close(),
    });
    const library = libraryView(scope, {
      add: (items) => documents.add(items),
      addText: (text) => documents.addText(text),
      openPaste: () => paste.open(),
      cancel: (key) => documents.cancel(key),
      remove: (key) => void documents.remove(key),
    });
    const conversation = conversationView(scope, {
      ask: (question) => questions.ask(question),
      typed: (question) => this.#costs.typed(question),
      stop: () => questions.stop(),
      setLevel: (level) => questions.setLevel(level),
      again: (turn) => questions.again(turn),
      rate: (turn, rating) => questions.rate(turn, rating),
      openCitation: (citation) => sources.openCitation(citation),
      openPassage: (passage) => sources.openPassage(passage),
    });
    const source = sourceView(scope, { close: () => sources.close(), turnTo: (page) => sources.turnTo(page) }, [bar.element, library.element, conversation.element]);
    const sessions = sessionsView(scope, this.#sessionsActions(), [bar.element, library.element, conversation.element, source.element]);
    const closed = scope.settings.index !== undefined;
    const body = el("div", { class: closed ? "body without-library" : "body" }, !closed && library.element, conversation.element, source.element);
    const frame = el("div", { class: "frame" }, bar.element, body, sessions.element);
    this.#panel.lang = scope.t.locale;
    this.#panel.dir = scope.t.direction;
    this.#panel.replaceChildren(frame, paste.element);
    this.#fit = source.fit;
    this.#resized.disconnect();
    this.#resized.observe(frame);
    const mark = (state: State): void => void body.classList.toggle("with-source", state.source !== undefined);
    this.#store.setViews([bar.draw, ...(closed ? [] : [library.draw]), conversation.draw, source.draw, sessions.draw, mark]);
  }

  #sessionsActions(): SessionsActions {
    const sessions = this.#sessions;
    const startOver = (): void => this.#questions.startOver();
    return {
      startOver,
      toggle: () => sessions.toggle(),
      search: (query) => sessions.search(query),
      edit: (editing) => sessions.edit(editing),
      open: (id) => {
        this.#questions.stop();
        void sessions.open(id);
      },
      rename: (id, title) => void sessions.rename(id, title),
      remove: (entry) => void sessions.remove(entry, startOver),
      export: (entry, format) => void sessions.export(entry, format),
    };
  }

  async #begin(): Promise<void> {
    try {
      const assistant = await this.#scope.assistant;
      this.#store.change((state) => (state.ready = { kind: "ready" }));
      // The first answer should not wait for what reads its Markdown, nor need the network for it.
      import("./markdown/blocks.js").catch(() => {});
      this.#scope.emit("qa-ready", { assistant });
    } catch (error) {
      this.#fail(error);
    }
  }

  async #openIndex(url: string): Promise<void> {
    this.#index = url;
    try {
      const { library } = await this.#scope.assistant;
      const address = new URL(url, document.baseURI).href;
      await library.open(address);
      await this.#documents.sync();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const problem = problemFrom(error);
    this.#store.change((state) => (state.ready = { kind: "failed", problem }));
    this.#scope.announcer.say(spoken(this.#scope.t, problem));
    this.#scope.emit("qa-error", { code: problem.code, message: problem.detail, error });
  }
}

async function assistantFor(settings: Settings): Promise<Assistant> {
  if (settings.assistant) return settings.assistant;
  const { createAssistant } = await import("../assistant.js");
  return createAssistant(assistantOptions(settings));
}
