/**
 * The object that users hold, put together from its parts.
 *
 * It owns the link to the worker and the events. It decides nothing about documents or answers.
 */

import type { OpenCall } from "./channel.js";
import { documentsOver, type Files } from "./documents.js";
import { checkedPrices, withCost } from "./estimate.js";
import { aborted, fail } from "./errors.js";
import { lend } from "./fetch-hook.js";
import { Link } from "./link.js";
import { moduleLoader, vocabularyLoader, type ModuleLoader } from "./load.js";
import { own } from "./own.js";
import { endpointOf, prepareAsk, readingsChoice } from "./request.js";
import type { AgentEvent, Answer, DocumentInfo, Estimate, Hit, TokenCount } from "./results.js";
import { startRun, type OpenAsk } from "./run.js";
import { lazySessions, type LazySessions } from "./sessions/lazy.js";
import { waysToHost, type Way } from "./spawn.js";
import type { Recording } from "./sessions/sessions.js";
import { storageChoice, type Notice } from "./storage/choice.js";
import { askToPersist, storageOver } from "./storage/page.js";
import type { AssistantStorage } from "./storage/types.js";
import { parseAddress } from "./url.js";
import type { ToolBox } from "./tools/toolbox.js";
import type { AskOptions, Assistant, AssistantEvents, AssistantOptions, Documents, KeptReadings, LibraryFile, Run, SearchOptions } from "./types.js";

const DEFAULT_LIMIT = 10;

/** What entries choose, and what tests put in place of workers and wasm. Not exported from the package. */
export interface Seams {
  ways?: Way[];
  loadModule?: ModuleLoader;
  /** Gives the worker's script, where there is a copy of it. */
  workerCopy?: () => Promise<string>;
  quietMs?: number;
}

/** `createAssistant()`, with parts that tests replace. */
export async function createLinkedAssistant(given: AssistantOptions, seams: Seams = {}): Promise<Assistant> {
  const options = own(given);
  const { signal } = options;
  if (signal?.aborted) throw aborted(signal);
  // Wrong options should be told now, not at the first question.
  if (options.endpoint) endpointOf(options.endpoint);
  if (options.budget?.prices) checkedPrices(options.budget.prices);
  const assistant = new LinkedAssistant(options, seams);
  signal?.addEventListener("abort", () => void assistant.dispose(), { once: true });
  try {
    await Promise.all([assistant.connect(), assistant.takeTools()]);
    assistant.begin();
    return assistant;
  } catch (error) {
    await assistant.dispose();
    throw signal?.aborted ? aborted(signal) : error;
  }
}

class LinkedAssistant extends EventTarget implements Assistant {
  readonly #options: AssistantOptions;
  readonly #link: Link;
  #box: ToolBox | undefined;
  readonly documents: Documents;
  readonly library: LibraryFile;
  readonly readings: KeptReadings;
  readonly sessions: LazySessions;
  readonly storage: AssistantStorage;
  readonly #files: Files = new Map();
  /** What was told before anybody could listen. */
  #early: Notice[] | undefined = [];
  #persisting = false;

  constructor(options: AssistantOptions, seams: Seams) {
    super();
    this.#options = options;
    const loadModule = seams.loadModule ?? moduleLoader(options.wasm);
    // Fetching and compiling go on while the worker starts. Failures are told when it asks for it.
    loadModule("core").catch(() => {});
    const storage = storageChoice(options.storage);
    this.#link = new Link({
      ways: seams.ways ?? waysToHost(options.worker, { stores: storage !== undefined, copy: seams.workerCopy }),
      loadModule,
      loadVocabulary: vocabularyLoader(),
      ...(seams.quietMs === undefined ? {} : { quietMs: seams.quietMs }),
      storage,
      onNotice: (notice) => (this.#early ? void this.#early.push(notice) : this.#tell(notice.name, notice.detail)),
      onRestart: (error, lost) => this.#tell("restart", { error, lost }),
    });
    const onChange = (change: "added" | "removed", id: string): void => {
      if (change === "added") this.#persist();
      this.#tell("documents", { change, id });
    };
    this.documents = documentsOver(this.#link, this.#files, options.ocr, onChange);
    this.storage = storageOver(this.#link, () => {
      this.#files.clear();
      this.#tell("documents", { change: "cleared" });
    });
    this.library = {
      export: (options = {}) => this.#export(options.signal),
      import: (file, options = {}) => this.#import(file, options.signal),
      open: (url, options = {}) => this.#openIndex(url, options.signal),
      close: (options = {}) => this.#closeIndex(options.signal),
    };
    this.readings = { clear: (options = {}) => this.#clearReadings(options.signal) };
    this.sessions = lazySessions(options.storage, (change) => this.#tell("sessions", change));
  }

  async connect(): Promise<void> {
    await this.#link.connect();
  }

  /** From now on there are listeners: in the next task, since they are added in this one. */
  begin(): void {
    setTimeout(() => {
      const early = this.#early ?? [];
      this.#early = undefined;
      for (const { name, detail } of early) this.#tell(name, detail);
    });
  }

  /** Makes the box of the assistant's own tools; wrong ones are told when it is created. */
  async takeTools(): Promise<void> {
    if (this.#options.tools) this.#box = await this.#boxOf(this.#options.tools);
  }

  ask(question: string, options: AskOptions = {}): Run {
    const { session } = options;
    const open = session === undefined ? this.#opening(question, options) : this.#recorded(session, question, options);
    return startRun(open, options.signal);
  }

  #opening(question: string, options: AskOptions): OpenAsk {
    return (open) => {
      const begin = (box: ToolBox | undefined): OpenCall<"ask"> => {
        const { params, fetch, ...hooks } = prepareAsk(question, this.#options, options, box);
        if (!fetch) return this.#link.open("ask", params, { ...open, ...hooks });
        const { port, close } = lend(fetch);
        const call = this.#link.open("ask", { ...params, fetchPort: port }, { ...open, ...hooks, transfer: [port] });
        call.result.catch(() => {}).finally(close);
        return call;
      };
      return options.tools ? this.#boxOf(options.tools).then(begin) : begin(this.#box);
    };
  }

  /** The same, as a turn of a session: its history goes in, and what comes out is kept. */
  #recorded(session: string, question: string, options: AskOptions): OpenAsk {
    return async ({ signal, onEvent = () => {} }) => {
      const level = options.level ?? this.#options.level ?? "auto";
      const turn = await (await this.sessions.loaded()).begin(session, question, level);
      const open = this.#opening(question, { history: turn.history, ...options });
      const follow = (event: AgentEvent): void => {
        turn.take(event);
        onEvent(event);
      };
      try {
        const call = await open({ signal, onEvent: follow });
        return { ...call, result: kept(call.result, turn) };
      } catch (error) {
        await turn.end({ error });
        throw error;
      }
    };
  }

  async estimate(question: string, options: AskOptions = {}): Promise<Estimate> {
    const prices = options.budget?.prices ?? this.#options.budget?.prices;
    if (prices) checkedPrices(prices);
    const box = options.tools ? await this.#boxOf(options.tools) : this.#box;
    const { request } = prepareAsk(question, this.#options, options, box).params;
    return withCost(await this.#link.open("estimate", { request }, { signal: options.signal }).result, prices);
  }

  /** Loaded only where there are tools: most pages have none. */
  async #boxOf(tools: NonNullable<AskOptions["tools"]>): Promise<ToolBox> {
    const { ToolBox } = await import("./tools/toolbox.js");
    const consent = this.#options.onToolConsent;
    return new ToolBox(tools, consent ? { consent } : {});
  }

  async search(query: string, options: SearchOptions = {}): Promise<Hit[]> {
    const { limit = DEFAULT_LIMIT, documents, why, signal } = options;
    const params = { query, limit, ...(documents ? { documents: [...documents] } : {}), ...(why ? { why } : {}) };
    return this.#link.open("search", params, { signal }).result;
  }

  async countTokens(text: string, options: { signal?: AbortSignal } = {}): Promise<TokenCount> {
    return this.#link.open("count", { text }, { signal: options.signal }).result;
  }

  async dispose(): Promise<void> {
    this.sessions.close();
    this.#link.close(fail("disposed", "the assistant was disposed of; create another one"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  async #export(signal: AbortSignal | undefined): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.#link.open("save", {}, { signal }).result) as Uint8Array<ArrayBuffer>;
  }

  async #clearReadings(signal: AbortSignal | undefined): Promise<void> {
    // Whoever keeps nothing any more may want to be rid of what was kept before.
    const { readings: where, ...storage } = this.#options.storage ?? {};
    const readings = readingsChoice(where === false ? storage : this.#options.storage);
    if (readings) await this.#link.open("clear-readings", { readings }, { signal }).result;
  }

  async #import(file: Blob | ArrayBuffer | Uint8Array, signal: AbortSignal | undefined): Promise<DocumentInfo[]> {
    const bytes = file instanceof Blob ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array(file).slice();
    const documents = await this.#link.open("load", { bytes }, { signal, cancelled: "when-answered" }).result;
    this.#link.journal.imported(bytes);
    this.#files.clear();
    this.#persist();
    this.#tell("documents", { change: "imported" });
    return documents;
  }

  /** Some browsers ask the user: not before there is something to keep. */
  #persist(): void {
    if (this.#persisting || this.#link.kind === "memory" || this.#options.storage?.persist === false) return;
    this.#persisting = true;
    askToPersist();
  }

  async #openIndex(given: string | URL, signal: AbortSignal | undefined): Promise<DocumentInfo[]> {
    const url = parseAddress(given);
    if (!url || !/^https?:$/.test(url.protocol)) throw fail("usage", `"${String(given).slice(0, 80)}" is no address of the web; to load a file, use library.import()`);
    const documents = await this.#link.open("open-index", { url: url.href }, { signal, cancelled: "when-answered" }).result;
    this.#link.journal.opened(url.href);
    this.#tell("documents", { change: "opened" });
    return documents;
  }

  async #closeIndex(signal: AbortSignal | undefined): Promise<void> {
    await this.#link.open("close-index", {}, { signal, cancelled: "when-answered" }).result;
    this.#link.journal.opened(undefined);
    this.#tell("documents", { change: "closed" });
  }

  #tell<K extends keyof AssistantEvents>(type: K, detail: AssistantEvents[K]["detail"]): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** The answer, once its turn is kept: whoever has the one finds the other. */
async function kept(result: Promise<Answer>, turn: Recording): Promise<Answer> {
  try {
    const answer = await result;
    await turn.end({ answer });
    return answer;
  } catch (error) {
    await turn.end({ error });
    throw error;
  }
}
