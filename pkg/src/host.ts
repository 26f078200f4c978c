/**
 * Answers the protocol with the wasm modules. The same code runs in a worker, in a page without
 * workers, and behind the command.
 *
 * It holds the one library. It does not know how it is reached, nor where the modules come from;
 * and it decides nothing that Rust can decide.
 */

import type { CallContext, HandledCall, Handler } from "./answering.js";
import { aborted, fail, isPanic } from "./errors.js";
import { fetchOver } from "./fetch-hook.js";
import { addDocument, type IngestContext } from "./ingest.js";
import { OpenedIndex } from "./opened.js";
import { Turns } from "./pause.js";
import type { AskParams, Call } from "./protocol.js";
import { readingsPlaces, watched, type Readings } from "./readings.js";
import type { AgentEvent, Answer, DocumentInfo } from "./results.js";
import { readText } from "./read-text.js";
import type { Notice, StorageChoice } from "./storage/choice.js";
import type { openStored } from "./storage/open.js";
import type { readAgain } from "./storage/read-again.js";
import { storageState } from "./storage/state.js";
import type { Shelf } from "./storage/shelf.js";
import type { StoredLibrary } from "./storage/stored-library.js";
import type { AskRequest, CoreModule, SourceInfo, WasmIngest, WasmLibrary, WasmModules, WasmRun } from "./wasm-types.js";

export interface HostOptions {
  /** Where replies are kept whatever a question says. */
  readings?: Readings;
  /** Tells the page something that it did not ask for. */
  notify?(notice: Notice): void;
  /** The page has let go of the host. */
  closed?(): void;
  /** Opens stored documents; without it, there are none. */
  storing?: { openStored: typeof openStored; readAgain: typeof readAgain };
}

/** A handler of calls with a library of its own, empty at first. */
export function createHost(modules: WasmModules, { readings: ownReadings, notify = () => {}, closed = () => {}, storing }: HostOptions = {}): Handler {
  const placeOf = readingsPlaces();
  // Adding and loading take turns: documents arrive in order, and one large file at a time is in memory.
  const turns = new Turns();
  let shelf: Shelf | undefined;
  let stored: StoredLibrary | undefined;
  const index = new OpenedIndex();
  let importing = false;
  let over = false;

  async function open(): Promise<Shelf> {
    const { Library } = await modules.core();
    return (shelf ??= { current: new Library(), Library, replaced: () => void reopen() });
  }

  const library = async (): Promise<WasmLibrary> => (await open()).current;

  /** Puts the documents of an index file, or none, in the place of all. */
  async function replace(bytes: Uint8Array | undefined, signal: AbortSignal): Promise<WasmLibrary> {
    const shelf = await open();
    if (stored) {
      importing = true;
      await stored.replace(bytes, signal).finally(() => (importing = false));
    } else {
      const library = bytes ? shelf.Library.load(bytes) : new shelf.Library();
      shelf.current.free();
      shelf.current = library;
    }
    index.close();
    return shelf.current;
  }

  /**
   * Another tab has replaced the stored documents: the index that was open beside them is opened
   * again. That may fail, as any opening; either way its documents are told of.
   */
  async function reopen(): Promise<void> {
    const { url } = index;
    if (importing || url === undefined) return;
    const { signal } = new AbortController();
    try {
      await turns.take(signal, async () => index.open(await library(), url, signal));
      notify({ name: "documents", detail: { change: "opened" } });
    } catch {
      index.close();
      notify({ name: "documents", detail: { change: "closed" } });
    }
  }

  async function store(choice: StorageChoice): Promise<void> {
    const message = "the script that options.worker names cannot store documents; name that of stored-worker.js";
    if (!storing) return notify({ name: "storage", detail: { kind: "unavailable", message } });
    stored = await storing.openStored({ choice, shelf: open(), notify });
    // The page may have let go meanwhile.
    if (over) stored?.close();
    else if (stored && stored.unread.length > 0) void storing.readAgain({ stored, turns, notify, add: (source, file, signal) => add(source, file, { signal, emit: async () => {} }) });
  }

  async function add(source: SourceInfo, blob: Blob, how: IngestContext): Promise<DocumentInfo> {
    const keeper = stored;
    const commit = keeper && ((ingest: WasmIngest) => keeper.add(ingest, source, blob, how.signal));
    const shelf = await open();
    return addDocument(modules, () => shelf.current, source, blob, commit ? { ...how, commit } : how);
  }

  /** The library, with what a call takes of an opened index. */
  async function libraryWith(documents: string[] | undefined, query?: string, limit = 0): Promise<WasmLibrary> {
    await (await library()).loadParts(documents, query, limit);
    // Another may have been loaded meanwhile.
    return library();
  }

  let counting: Promise<void> | undefined;

  /** Counts tokens exactly from now on, if the vocabulary can be had. Without it, they are estimated. */
  function countExactly(core: CoreModule): Promise<void> {
    const load = async (): Promise<void> => core.loadVocabulary(await modules.vocabulary());
    return (counting ??= load().catch((error: unknown) => {
      if (isPanic(error)) throw error;
      // A lost connection should not spoil the next try.
      counting = undefined;
    }));
  }

  return async (call: Call, context: CallContext): Promise<HandledCall> => {
    switch (call.method) {
      case "open": {
        const { storage } = call.params;
        const [core] = await Promise.all([modules.core(), open(), storage && store(storage)]);
        return { result: { version: core.version(), storage: stored?.kind ?? "memory" } };
      }
      case "close":
        over = true;
        stored?.close();
        placeOf.close();
        closed();
        return { result: undefined, last: true };
      case "add": {
        const { source, blob, callOcr } = call.params;
        const how = { signal: context.signal, emit: context.emit, ...(callOcr ? { ocr: context.ocr } : {}) };
        return {
          result: await turns.take(context.signal, async () => {
            await index.makeWhole(await library(), context.signal, source.id);
            return add(source, blob, how);
          }),
        };
      }
      case "read": {
        // Not in turn with the documents: whoever wants a text now should not wait for a library.
        const { source, blob } = call.params;
        return { result: await readText(modules, source, blob, context.signal) };
      }
      case "list":
        return { result: (await library()).documents() };
      case "remove":
        await index.makeWhole(await library(), context.signal, call.params.id);
        return { result: (await stored?.remove(call.params.id, context.signal)) || (await library()).remove(call.params.id) };
      case "original":
        return { result: await stored?.original(call.params.id) };
      case "storage":
        return { result: await storageState(stored?.kind ?? "memory") };
      case "clear":
        await turns.take(context.signal, () => replace(undefined, context.signal));
        return { result: undefined };
      case "page":
        return { result: (await libraryWith([call.params.id])).page(call.params.id, call.params.page) };
      case "rects": {
        const { id, span } = call.params;
        return { result: (await libraryWith([id])).rects(id, span.page, span.start, span.end) };
      }
      case "chunks":
        return { result: (await libraryWith([call.params.id])).chunks(call.params.id) };
      case "search": {
        const { query, limit, documents, why } = call.params;
        return { result: (await libraryWith(documents, query, limit)).search(query, limit, documents, why) };
      }
      case "count": {
        const core = await modules.core();
        await countExactly(core);
        return { result: core.countTokens(call.params.text) };
      }
      case "ask": {
        const core = await modules.core();
        const { endpoint } = call.params.request;
        if (endpoint && core.needsVocabulary(endpoint.model)) await countExactly(core);
        const { readings } = call.params;
        return { result: await ask(await library(), call.params, context, ownReadings ?? (readings && placeOf(readings))) };
      }
      case "estimate": {
        const core = await modules.core();
        const { request } = call.params;
        if (request.endpoint && core.needsVocabulary(request.endpoint.model)) await countExactly(core);
        return { result: (await library()).estimate(request) };
      }
      case "clear-readings":
        await (ownReadings ?? placeOf(call.params.readings)).clear();
        return { result: undefined };
      case "save": {
        const { own } = call.params;
        if (!own) await index.makeWhole(await library(), context.signal);
        const bytes = (await library()).save(own);
        return { result: bytes, transfer: [bytes.buffer as ArrayBuffer] };
      }
      case "open-index":
        return {
          result: await turns.take(context.signal, async () => {
            const into = await library();
            await index.open(into, call.params.url, context.signal);
            return into.documents();
          }),
        };
      case "close-index":
        index.close();
        (await library()).close();
        return { result: undefined };
      case "load":
        return { result: await turns.take(context.signal, async () => (await replace(call.params.bytes, context.signal)).documents()) };
      default:
        return call satisfies never;
    }
  };
}

async function ask(library: WasmLibrary, params: AskParams, context: CallContext, readings: Readings | undefined): Promise<Answer> {
  const warnings: Warning[] = [];
  if (params.unusedTools) warnings.push(warning("tool.unused", `tools were given, but level "${params.request.level ?? "auto"}" does not use them; level "reason" does`));
  const request = withHooks(params, context);
  if (readings) {
    request.readingsHook = watched(readings, (reason) => warnings.push(warning("storage.unavailable", `replies are not kept, and would be asked for again after an interruption: ${reason}`)));
  }
  const run = library.ask(request);
  const stop = (): void => cancel(run);
  context.signal.addEventListener("abort", stop, { once: true });
  if (context.signal.aborted) stop();
  try {
    const answer = await follow(run, context, warnings);
    run.free();
    return answer;
  } catch (error) {
    if (!isPanic(error)) free(run);
    throw error;
  } finally {
    context.signal.removeEventListener("abort", stop);
  }
}

/** `warnings` are those of the host, told before the run's next event. */
async function follow(run: WasmRun, context: CallContext, warnings: Warning[]): Promise<Answer> {
  for (;;) {
    const event: AgentEvent | undefined = await run.next();
    if (context.signal.aborted) throw aborted();
    if (event === undefined) throw fail("internal.invalid_request", "the run ended without an answer; this is a bug in qwen-agent-wasm, please report it");
    for (const own of warnings.splice(0)) await context.emit(own);
    await context.emit(event);
    if (event.type === "finish") return event.answer;
  }
}

type Warning = AgentEvent & { type: "warning" };

function warning(code: string, message: string): Warning {
  return { type: "warning", code, message };
}

function withHooks({ request, callHeaders, fetchPort }: AskParams, context: CallContext): AskRequest {
  const { endpoint, ...rest } = request;
  const made: AskRequest = rest;
  if (rest.tools) made.toolsHook = (call) => context.tool(call);
  if (!endpoint) return made;
  made.endpoint = { ...endpoint };
  if (callHeaders) made.endpoint.headersHook = () => context.headers();
  if (fetchPort) made.endpoint.fetchHook = fetchOver(fetchPort);
  return made;
}

function cancel(run: WasmRun): void {
  try {
    run.cancel();
  } catch (error) {
    // A signal's listener has nobody to throw to. A dead instance is noticed by the pending next().
    if (!isPanic(error)) throw error;
  }
}

function free(run: WasmRun): void {
  cancel(run);
  run.free();
}
