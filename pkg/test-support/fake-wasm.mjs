// A stand-in for the two wasm modules, with the same interface, in which questions and file names
// say what is to happen. It keeps count of what was not freed.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const failure = (code, message, more = {}) => ({ code, message, retryable: false, ...more });
export const panic = () => new WebAssembly.RuntimeError("unreachable");

export function fakeModules() {
  /** Objects made by the modules and neither freed nor consumed. */
  const live = new Set();
  const log = [];

  class Handle {
    constructor() {
      live.add(this);
    }
    free() {
      if (!live.delete(this)) throw new Error("null pointer passed to rust");
    }
    // A call takes the content out; what is left must still be freed.
    empty() {
      if (!live.has(this) || this.emptied) throw failure("internal.invalid_request", "this object was already finished or freed");
      this.emptied = true;
    }
  }

  class Ingest extends Handle {
    constructor(document) {
      super();
      this.document = document;
      this.steps = 0;
      this.total = /slow/.test(document.info.id) ? 1000 : 3;
    }
    step() {
      this.steps += 1;
      if (/damaged/.test(this.document.info.id)) throw failure("read.damaged", "the file is damaged");
      if (/panic/.test(this.document.info.id)) throw panic();
      return { phase: this.steps < 2 ? "chunk" : "index", done: this.steps, total: this.total, finished: this.steps >= this.total };
    }
  }

  class Reader extends Handle {
    constructor(source, bytes) {
      super();
      if (source.name.endsWith(".secret") && source.password !== "open") {
        this.free();
        throw failure("read.encrypted", "the file is encrypted; give its password");
      }
      Object.assign(this, { source, bytes, steps: 0 });
    }
    step() {
      this.steps += 1;
      return { done: this.steps, total: 2, finished: this.steps >= 2, needsCmaps: this.source.name.startsWith("cjk") && !this.hasCmaps };
    }
    pagesWithoutText() {
      return this.source.name.startsWith("scan") ? [2, 5] : [];
    }
    setPageText(page, text) {
      this.recognized = { ...this.recognized, [page]: text };
    }
    finish() {
      if (this.recognized) this.bytes = encoder.encode(JSON.stringify(this.recognized));
      this.empty();
      log.push(`read ${this.source.id}`);
      return encoder.encode(JSON.stringify({ source: this.source, text: decoder.decode(this.bytes) }));
    }
  }

  class Run extends Handle {
    #events;
    #stop = () => {};
    #cancelled = false;
    constructor(request, documents) {
      super();
      this.request = request;
      this.#events = this.#script(request, documents);
    }
    async next() {
      if (this.#cancelled) return undefined;
      const stopped = new Promise((resolve) => (this.#stop = () => resolve({ done: true })));
      const { done, value } = await Promise.race([this.#events.next(), stopped]);
      return done || this.#cancelled ? undefined : value;
    }
    cancel() {
      this.#cancelled = true;
      log.push("cancel");
      this.#stop();
    }
    async *#script({ question, endpoint, ...rest }, documents) {
      const [word, number = "0"] = question.split(" ");
      let text = "";
      const say = (part) => ((text += part), { type: "text", text: part });
      yield { type: "plan", strategy: endpoint ? "retrieve" : "extract", reason: "", information: question, instruction: "", keywords: [] };
      switch (word) {
        case "count":
          for (let i = 0; i < Number(number); i++) {
            log.push("event");
            yield say(`${i} `);
          }
          break;
        case "panic":
          throw panic();
        case "task-panic":
          setTimeout(() => {
            throw panic();
          });
          await new Promise(() => {});
          break;
        case "exit":
          process.exit(3);
          break;
        case "hang":
          yield say("begun");
          await new Promise(() => {});
          break;
        case "break":
          yield say("half ");
          throw failure("llm.incomplete", "the stream broke", { retryable: true, status: 200, partialText: "half " });
        case "headers":
          yield say(JSON.stringify({ ...endpoint.headers, ...(await endpoint.headersHook?.()) }));
          break;
        case "request":
          yield say(JSON.stringify({ ...rest, readingsHook: undefined, endpoint: { ...endpoint, headersHook: undefined } }));
          break;
        case "read":
          // Each word after the first is a part; those whose replies are kept are not asked for.
          for (const part of question.split(" ").slice(1)) {
            const kept = await rest.readingsHook?.get(part);
            log.push(`${part} ${kept === undefined ? "asked" : "kept"}`);
            if (kept === undefined) await rest.readingsHook?.put(part, `reply on ${part}`);
            yield say(`${kept ?? "new"} `);
          }
          break;
        case "fail-during":
          void rest.toolsHook({ id: "call_0", name: question.split(" ")[1], arguments: "{}" });
          // As when another call of the turn hears that the key is refused.
          await new Promise((resolve) => setTimeout(resolve, 20));
          throw failure("llm.unauthorized", "the key was refused", { status: 401 });
        case "together": {
          const calls = JSON.parse(question.slice("together ".length)).map(({ name, arguments: args = {} }, index) => ({ id: `call_${index}`, name, arguments: JSON.stringify(args) }));
          for (const call of calls) yield { type: "tool-call", ...call };
          const outcomes = await Promise.all(calls.map((call) => rest.toolsHook(call)));
          for (const [index, { id, name }] of calls.entries()) yield { type: "tool-result", id, name, content: outcomes[index].content, failed: false };
          yield say("done");
          break;
        }
        case "tools":
          for (const [index, { name, ...given }] of JSON.parse(question.slice("tools ".length)).entries()) {
            const call = { id: `call_${index}`, name, arguments: JSON.stringify(given.arguments ?? {}) };
            yield { type: "tool-call", ...call };
            log.push(`tool ${name}`);
            // As the wasm does: what the hook throws is a failure of the tool.
            const outcome = await rest.toolsHook(call).catch(({ message }) => ({ error: { code: "rejected", message } }));
            log.push(`told ${name}`);
            const failed = outcome.error !== undefined;
            yield { type: "tool-result", id: call.id, name, content: failed ? `${outcome.error.code}: ${outcome.error.message}` : outcome.content, failed };
          }
          yield say("done");
          break;
        default:
          yield say([...documents.keys()].join(","));
      }
      const citations = /^cite/.test(word) ? [{ marker: 1, documentId: "d", page: 2, quote: "q", verified: number === "well", at: { start: 0, end: 3 }, rects: [] }] : [];
      const messages = rest.transcript ? { messages: endpoint ? [{ role: "user", content: question }, { role: "assistant", content: text }] : [] } : {};
      yield { type: "finish", answer: { text, strategy: "retrieve", extractive: !endpoint, citations, usage: { requests: 0, promptTokens: 0, completionTokens: 0, estimated: true }, ...messages } };
    }
  }

  class Library extends Handle {
    #documents = new Map();
    static load(bytes) {
      const library = new Library();
      try {
        library.#documents = new Map(JSON.parse(decoder.decode(bytes)));
      } catch {
        library.free();
        throw failure("index.foreign", "this is not an index");
      }
      log.push("load");
      return library;
    }
    async loadParts() {}
    isPartial() {
      return false;
    }
    #opened = new Set();
    open(bytes) {
      for (const [id, document] of JSON.parse(decoder.decode(bytes))) {
        this.#documents.set(id, document);
        this.#opened.add(id);
      }
      return 0;
    }
    close() {
      for (const id of this.#opened) this.#documents.delete(id);
    }
    save(own) {
      log.push("save");
      return encoder.encode(JSON.stringify([...this.#documents].filter(([id]) => !own || !this.#opened.has(id))));
    }
    ingest(source, bytes) {
      if (source.name.endsWith(".legacy")) throw failure("read.needs_charset", "the text is not UTF-8");
      return this.#begin(source, decoder.decode(bytes));
    }
    ingestDocument(encoded) {
      const { source, text } = JSON.parse(decoder.decode(encoded));
      return this.#begin(source, text);
    }
    #begin(source, text) {
      const info = { id: source.id, title: source.title, pages: 1, chunks: 1, tokens: text.length, characters: text.length, warnings: [] };
      return new Ingest({ info, text });
    }
    commit(ingest) {
      ingest.empty();
      this.#documents.set(ingest.document.info.id, ingest.document);
      return ingest.document.info;
    }
    documents() {
      return [...this.#documents.values()].map(({ info }) => info);
    }
    remove(id) {
      return this.#documents.delete(id);
    }
    page(id, page) {
      const document = this.#documents.get(id);
      return document && page === 1 ? { page, text: document.text, blocks: [] } : undefined;
    }
    chunks(id) {
      const { text } = this.#documents.get(id);
      return [{ ordinal: 0, tokens: 1, text, headings: [], spans: [{ page: 1, start: 0, end: text.length }] }];
    }
    search(query, limit, documents) {
      return [...this.#documents.values()]
        .filter(({ info, text }) => text.includes(query) && (!documents || documents.includes(info.id)))
        .slice(0, limit)
        .map(({ info, text }) => ({ documentId: info.id, page: 1, start: 0, end: text.length, spans: [], score: 1, text }));
    }
    estimate({ question, endpoint, maxTokens = 0 }) {
      return { requests: endpoint ? 2 : 0, promptTokens: question.length * 1000, completionTokens: maxTokens, atMost: true };
    }
    ask(request) {
      if (request.question === "") throw failure("agent.empty_question", "the question is empty");
      return new Run(request, this.#documents);
    }
  }

  let vocabulary = false;
  const core = {
    version: () => "fake",
    sniff(head, byteLength, name) {
      if (byteLength === 0) throw failure("read.empty", `${name} is empty`);
      return name.endsWith(".pdf") || name.endsWith(".secret") ? { format: "pdf", module: "pdf" } : { format: "text", module: "core" };
    },
    Library,
    loadVocabulary(file) {
      log.push(`vocabulary ${file.length}`);
      vocabulary = true;
    },
    needsVocabulary: (model) => model.startsWith("qwen") && !vocabulary,
    countTokens: (text) => ({ tokens: text.split(" ").length, exact: vocabulary }),
  };
  const readers = { version: () => "fake", Reader };
  const pdfCjk = {
    version: () => "fake",
    Reader: class extends Reader {
      hasCmaps = true;
    },
  };
  return {
    live,
    log,
    modules: {
      core: async () => core,
      async vocabulary() {
        if (log.includes("offline")) throw new TypeError("Failed to fetch");
        return new Uint8Array(4);
      },
      async pdfCjk() {
        log.push("pdf-cjk");
        return pdfCjk;
      },
      async pdf() {
        log.push("pdf");
        return readers;
      },
      async readers() {
        log.push("readers");
        return readers;
      },
    },
  };
}
