// Opens citations and passages in the source pane, turns its pages and closes it. It must take
// places as the assistant gives them, and never guess one.

import type { Citation, RetrievedPassage } from "../../types.js";
import type { Scope } from "../scope.js";
import { readyDocuments, type OpenSource, type SourceContent, type Store } from "../state.js";

export class SourceActions {
  readonly #scope: Scope;
  readonly #store: Store;

  constructor(scope: Scope, store: Store) {
    this.#scope = scope;
    this.#store = store;
  }

  openCitation(citation: Citation): void {
    // The page may show it in its own way, and then keeps ours from opening.
    if (!this.#scope.emit("qa-citation-click", { citation })) return;
    const { documentId, title, page, start, end, quote, verified } = citation;
    const spans = verified ? [{ page, start, end }] : [];
    this.#open({ documentId, title: title ?? documentId, page, spans, quote, verified, url: urlOf(citation) });
  }

  openPassage(passage: RetrievedPassage): void {
    const { documentId, title, spans, text } = passage;
    this.#open({ documentId, title: title ?? documentId, page: spans[0]?.page ?? 0, spans, quote: text, verified: true, url: urlOf(passage) });
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
      const found = await (await this.#scope.assistant).documents.page(documentId, page);
      return found ? { kind: "page", text: found.text, blocks: found.blocks } : { kind: "missing" };
    } catch {
      return { kind: "missing" };
    }
  }
}

/** Pages of a site know where they stand on the web. */
function urlOf(place: object): string | undefined {
  return "url" in place && typeof place.url === "string" ? place.url : undefined;
}
