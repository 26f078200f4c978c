// Opens citations and passages in the source panel, turns its pages and closes it. It must take
// places as the assistant gives them, and never guess one.

import type { Assistant, Citation, RetrievedPassage } from "qwen-agent-wasm";
import { readyDocuments, type OpenSource, type SourceContent, type Store } from "./state.ts";

export class SourceActions {
  readonly #store: Store;
  readonly #assistant: Promise<Assistant>;

  constructor(store: Store, assistant: Promise<Assistant>) {
    this.#store = store;
    this.#assistant = assistant;
  }

  openCitation(citation: Citation): void {
    const { documentId, title, page, start, end, quote, verified } = citation;
    const spans = verified ? [{ page, start, end }] : [];
    this.#open({ documentId, title: title ?? documentId, page, spans, quote, verified });
  }

  openPassage(passage: RetrievedPassage): void {
    const { documentId, title, spans, text } = passage;
    this.#open({ documentId, title: title ?? documentId, page: spans[0]?.page ?? 0, spans, quote: text, verified: true });
  }

  turnTo(page: number): void {
    const { source } = this.#store.state;
    if (source && page >= 1 && page <= source.pages) this.#open({ ...source, page });
  }

  close(): void {
    this.#store.change((state) => (state.source = undefined));
  }

  #open(place: Omit<OpenSource, "pages" | "content">): void {
    const pages = readyDocuments(this.#store.state).find(({ id }) => id === place.documentId)?.pages ?? 0;
    const opened: OpenSource = { ...place, pages, content: { kind: "loading" } };
    this.#store.change((state) => (state.source = opened));
    void this.#load(opened);
  }

  async #load(opened: OpenSource): Promise<void> {
    const content = await this.#content(opened);
    this.#store.change((state) => {
      // Another page may have been opened in the meantime.
      if (state.source === opened) state.source = { ...opened, content };
    });
  }

  async #content({ documentId, page }: OpenSource): Promise<SourceContent> {
    try {
      const found = await (await this.#assistant).documents.page(documentId, page);
      return found ? { kind: "page", text: found.text, blocks: found.blocks } : { kind: "missing" };
    } catch {
      return { kind: "missing" };
    }
  }
}
