// <qwen-assistant>: reads attributes and properties, draws the launcher, and loads the rest when the
// panel is opened, or at once where it stands in the page. It must stay small: every page of a site
// may carry it, and few readers open it.

import type { Answer, Assistant, AssistantOptions, Citation, Level } from "../types.js";
import type { App } from "./app.js";
import { iconButton } from "./dom.js";
import { icons } from "./icons.js";
import { isLevel, storageOf, type Addable, type Settings } from "./settings.js";
import type { PdfjsLoader } from "./source/pdfjs.js";
import { launcherWords } from "./strings/launcher.js";
import { isEnglish, wantedLocales } from "./strings/locales.js";
import launcherStyles from "./styles/launcher.css.js";

/** What the element tells, all of it bubbling and composed. */
export interface QwenAssistantEvents {
  /** The assistant is there. */
  "qa-ready": CustomEvent<{ assistant: Assistant }>;
  "qa-run-start": CustomEvent<{ question: string; level: Level }>;
  /** `answer` is there when `status` is `"done"`. */
  "qa-run-end": CustomEvent<{ question: string; status: "done" | "stopped" | "failed" | "running"; answer?: Answer }>;
  /** Preventing it keeps the source from opening. */
  "qa-citation-click": CustomEvent<{ citation: Citation }>;
  "qa-feedback": CustomEvent<{ question: string; answer: string; rating: "up" | "down"; level: Level; citations: readonly Citation[] }>;
  "qa-error": CustomEvent<{ code: string; message: string; error: unknown; question?: string; document?: string }>;
}

/** Server-side rendering imports the file, and has no elements. */
const Base: typeof HTMLElement = globalThis.HTMLElement ?? (class {} as unknown as typeof HTMLElement);

const properties = ["assistant", "options", "pdfjs", "suggestions"] as const;

export class QwenAssistantElement extends Base {
  static readonly observedAttributes = ["base-url", "model", "index", "level", "locale", "theme", "mode", "open", "storage", "name", "pdfjs", "suggestions", "heading"];

  readonly #root = this.attachShadow({ mode: "open" });
  #launcher: HTMLButtonElement | undefined;
  #app: Promise<App> | undefined;
  #assistant: Assistant | undefined;
  #options: AssistantOptions = {};
  #pdfjs: PdfjsLoader | undefined;
  #suggestions: readonly string[] | undefined;
  #words: { open: string; close: string } = { open: launcherWords["launcher.open"], close: launcherWords["launcher.close"] };
  /** What is to be done once for all changes of this moment. */
  #pending = new Set<"restart" | "update" | "level" | "locale">();
  #settled = Promise.resolve();

  /** An assistant of the page's own, in place of one that the element makes. Default: none. */
  get assistant(): Assistant | undefined {
    return this.#assistant;
  }

  set assistant(assistant: Assistant | undefined) {
    if (assistant === this.#assistant) return;
    this.#assistant = assistant;
    this.#changed("restart");
  }

  /** Options of the assistant that the element makes; attributes come before them. Default: none. */
  get options(): AssistantOptions {
    return this.#options;
  }

  set options(options: AssistantOptions | undefined) {
    this.#options = options ?? {};
    this.#changed("update");
  }

  /** Loads pdf.js, by which pages of PDFs are shown as they look. Default: none. @example () => import("pdfjs-dist") */
  get pdfjs(): PdfjsLoader | undefined {
    return this.#pdfjs;
  }

  set pdfjs(load: PdfjsLoader | undefined) {
    this.#pdfjs = load;
    this.#changed("update");
  }

  /** Questions that are offered before the first. Default: those of the attribute, one a line. */
  get suggestions(): readonly string[] {
    return this.#suggestions ?? linesOf(this.getAttribute("suggestions"));
  }

  set suggestions(suggestions: readonly string[] | undefined) {
    this.#suggestions = suggestions;
    this.#changed("update");
  }

  /** Opens the panel. In the page it is always open. */
  open(): void {
    this.toggleAttribute("open", true);
  }

  /** Closes the panel, and gives the focus back to the launcher. */
  close(): void {
    this.toggleAttribute("open", false);
  }

  /** Opens the panel and asks. Nothing happens while another question is being answered. */
  async ask(question: string): Promise<void> {
    this.open();
    (await this.#started()).ask(question);
  }

  /** Adds files, or what addresses lead to. */
  async addFiles(files: Iterable<Addable>): Promise<void> {
    // Before the first wait: the list of a file input may be emptied meanwhile.
    const all = [...files];
    (await this.#started()).add(all);
  }

  connectedCallback(): void {
    for (const name of properties) this.#adopt(name);
    if (this.#root.adoptedStyleSheets.length === 0) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(launcherStyles);
      this.#root.adoptedStyleSheets = [sheet];
    }
    this.#draw();
  }

  disconnectedCallback(): void {
    // An element that is only moved comes back at once.
    queueMicrotask(() => {
      if (!this.isConnected) this.#stop();
    });
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || !this.isConnected) return;
    switch (name) {
      case "open":
        return this.#showOrHide();
      case "mode":
      case "storage":
      case "name":
        return this.#changed("restart");
      case "locale":
        return this.#changed("locale");
      case "level":
        return this.#changed("level");
      case "index":
        return this.#changed((before === null) === (after === null) ? "update" : "restart");
      case "theme":
        return;
      default:
        return this.#changed("update");
    }
  }

  get #inline(): boolean {
    return this.getAttribute("mode") === "inline";
  }

  /** A property that was set before the element was defined hides the one of its class. */
  #adopt(name: (typeof properties)[number]): void {
    if (!Object.hasOwn(this, name)) return;
    const value: unknown = this[name];
    delete (this as Record<string, unknown>)[name];
    (this as Record<string, unknown>)[name] = value;
  }

  #draw(): void {
    if (this.#inline) {
      this.#launcher?.remove();
      this.#launcher = undefined;
      void this.#started();
      return;
    }
    if (!this.#launcher) {
      this.#launcher = iconButton(icons.talk, this.#words.open, () => this.toggleAttribute("open"), { class: "launcher", part: "launcher", attrs: { "aria-haspopup": "dialog" } });
      this.#root.prepend(this.#launcher);
      void this.#speak();
    }
    // A page that opens with the panel has its own idea of where to begin.
    this.#showOrHide(false);
  }

  #showOrHide(focus = true): void {
    const launcher = this.#launcher;
    if (!launcher) return;
    const open = this.hasAttribute("open");
    launcher.setAttribute("aria-expanded", String(open));
    launcher.title = open ? this.#words.close : this.#words.open;
    launcher.setAttribute("aria-label", launcher.title);
    if (!open && !this.#app) return;
    void this.#started().then((app) => {
      // It may have been closed while it was being loaded.
      const wanted = this.hasAttribute("open");
      if (wanted && !app.open) return app.show(focus);
      if (wanted || !app.open) return;
      const within = this.#root.activeElement !== null;
      app.hide();
      if (within) this.#launcher?.focus();
    });
  }

  /** The launcher's words; those of English are there already. */
  async #speak(): Promise<void> {
    const locales = wantedLocales(this.getAttribute("locale"));
    if (isEnglish(locales)) {
      this.#words = { open: launcherWords["launcher.open"], close: launcherWords["launcher.close"] };
      if (this.#launcher) this.#launcher.dir = "ltr";
    } else {
      const { loadWords } = await import("./strings/index.js");
      const t = await loadWords(locales);
      this.#words = { open: t("launcher.open"), close: t("launcher.close") };
      if (this.#launcher) this.#launcher.dir = t.direction;
    }
    this.#showOrHide();
  }

  #started(): Promise<App> {
    if (this.#app) return this.#app;
    const starting = this.#start();
    this.#app = starting;
    // A lost connection should not spoil the next try.
    starting.catch(() => {
      if (this.#app === starting) this.#app = undefined;
    });
    return starting;
  }

  async #start(): Promise<App> {
    const { App } = await import("./app.js");
    const app = await App.start({
      host: this,
      root: this.#root,
      settings: this.#settings(),
      locales: wantedLocales(this.getAttribute("locale")),
      emit: (type, detail) => this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable: true })),
      close: () => this.close(),
    });
    if (!this.#inline) app.hide();
    return app;
  }

  #stop(): void {
    const app = this.#app;
    this.#app = undefined;
    void app?.then((started) => started.dispose());
  }

  #changed(what: "restart" | "update" | "level" | "locale"): void {
    if (!this.isConnected) return;
    this.#pending.add(what);
    if (this.#pending.size === 1) queueMicrotask(() => (this.#settled = this.#settled.then(() => this.#settle())));
  }

  async #settle(): Promise<void> {
    const pending = this.#pending;
    this.#pending = new Set();
    if (pending.has("locale")) void this.#speak();
    if (pending.has("restart")) {
      this.#stop();
      return this.#draw();
    }
    const app = await this.#app?.catch(() => undefined);
    if (!app) return;
    const settings = this.#settings();
    app.update(settings, pending.has("level") ? (settings.level ?? "auto") : undefined);
    if (pending.has("locale")) await app.speak(wantedLocales(this.getAttribute("locale")));
  }

  #settings(): Settings {
    const text = (name: string): string | undefined => this.getAttribute(name) || undefined;
    return {
      mode: this.#inline ? "inline" : "launcher",
      assistant: this.#assistant,
      options: this.#options,
      baseUrl: text("base-url"),
      model: text("model"),
      index: text("index"),
      level: levelOf(this.getAttribute("level")) ?? this.#options.level,
      storage: storageOf(this.getAttribute("storage")),
      name: text("name"),
      pdfjs: this.#pdfjs ?? text("pdfjs"),
      suggestions: this.suggestions,
      heading: text("heading"),
    };
  }
}

/** One a line, or set apart by "|". */
function linesOf(attribute: string | null): readonly string[] {
  return (attribute ?? "").split(/[\n|]/).map((line) => line.trim()).filter((line) => line !== "");
}

function levelOf(attribute: string | null): Level | undefined {
  return isLevel(attribute) ? attribute : undefined;
}
