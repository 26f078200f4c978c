// Opens citations and passages in the source pane, turns its pages and closes it. It must take
// places as the assistant gives them, and never guess one.

import { passageUrl } from "../../passage-url.js";
import type { Citation, Documents, RetrievedPassage } from "../../types.js";
import type { Scope } from "../scope.js";
import { readyDocuments, type DrawnPage, type OpenSource, type SourceContent, type Store } from "../state.js";

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
    this.#open({ documentId, title: title ?? documentId, page, spans, quote, verified, url: passageUrl(verified ? citation : { ...citation, quote: "" }) });
  }

  openPassage(passage: RetrievedPassage): void {
    const { documentId, title, spans, text } = passage;
    this.#open({ documentId, title: title ?? documentId, page: spans[0]?.page ?? 0, spans, quote: text, verified: true, url: passageUrl(passage) });
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

  async #content(source: OpenSource): Promise<SourceContent> {
    try {
      const { documents } = await this.#scope.assistant;
      const found = await documents.page(source.documentId, source.page);
      if (!found) return { kind: "missing" };
      return { kind: "page", text: found.text, blocks: found.blocks, drawn: await this.#drawn(documents, source).catch(() => undefined) };
    } catch {
      return { kind: "missing" };
    }
  }

  /** The file, if it is a PDF and the page has brought what draws it. */
  async #drawn(documents: Documents, { documentId, page, spans }: OpenSource): Promise<DrawnPage | undefined> {
    if (!this.#scope.settings.pdfjs || !("original" in documents)) return undefined;
    const file = await (documents.original as (id: string) => Promise<Blob | undefined>)(documentId);
    if (!file || (await file.slice(0, 1024).text()).indexOf("%PDF-") < 0) return undefined;
    const marked = spans.filter((span) => span.page === page);
    const rects = await Promise.all(marked.map((span) => documents.rects(documentId, span)));
    return { file, rects: rects.flatMap((some) => some ?? []) };
  }
}
