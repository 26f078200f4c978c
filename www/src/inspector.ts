// The inspector: why a passage is found, term by term, and the passages that documents are cut
// into. It searches by the assistant's public methods, without a model, and must change nothing.

import type { Assistant, DocumentInfo } from "qwen-agent-wasm";
import type { QwenAssistantElement } from "qwen-agent-wasm/widget";
import { button, el, setText } from "./dom.ts";
import { chunkView, hitView } from "./inspector-views.ts";

const HITS = 10;
/** A long document has thousands of passages; they are shown so many at a time. */
const CHUNKS = 50;

export interface Inspector {
  open(): void;
}

/** Follows the assistant of `widget`, whichever it is at the time. */
export function inspector(widget: QwenAssistantElement): Inspector {
  let assistant: Assistant | undefined;
  let question = "";
  widget.addEventListener("qa-ready", ({ detail }) => (assistant = detail.assistant));
  widget.addEventListener("qa-run-start", ({ detail }) => (question = detail.question));

  const query = el("input", { id: "inspect-query", attrs: { type: "text", enterkeyhint: "search", autocomplete: "off", dir: "auto" } });
  const documents = el("select", { id: "inspect-documents" });
  const status = el("p", { class: "field-hint", attrs: { role: "status" } });
  const results = el("ol", { class: "inspected" });
  const more = button("Show more passages", () => void showChunks(), { class: "button" });
  const dialog = el("dialog", { class: "dialog inspector", attrs: { "aria-labelledby": "inspector-title" } });
  /** What is shown; whatever was asked for before is dropped when it comes. */
  let shown = 0;

  async function list(): Promise<void> {
    const infos = (await assistant?.documents.list()) ?? [];
    const chosen = documents.value;
    documents.replaceChildren(el("option", { attrs: { value: "" } }, "All documents"), ...infos.map(optionOf));
    if (infos.some(({ id }) => id === chosen)) documents.value = chosen;
  }

  async function search(): Promise<void> {
    const turn = ++shown;
    more.hidden = true;
    results.replaceChildren();
    const wanted = documents.value === "" ? {} : { documents: [documents.value] };
    if (query.value.trim() === "") {
      if (documents.value !== "") return showChunks();
      return setText(status, "Write what to search for, or choose a document to see its passages.");
    }
    const hits = (await assistant?.search(query.value, { limit: HITS, why: true, ...wanted })) ?? [];
    if (turn !== shown) return;
    results.classList.remove("inspected-chunks");
    results.replaceChildren(...hits.map(hitView));
    setText(status, hits.length === 0 ? "No passage has any of these words." : `The best ${hits.length === 1 ? "passage" : `${hits.length} passages`}, by BM25. No model was asked.`);
  }

  async function showChunks(): Promise<void> {
    const turn = shown;
    const chunks = (await assistant?.documents.chunks(documents.value)) ?? [];
    if (turn !== shown) return;
    const next = chunks.slice(results.childElementCount, results.childElementCount + CHUNKS);
    results.classList.add("inspected-chunks");
    results.append(...next.map(chunkView));
    more.hidden = results.childElementCount >= chunks.length;
    setText(status, `${results.childElementCount} of ${chunks.length} passages, in reading order.`);
  }

  /** The worker may be busy, or gone for a moment: the reason is told in its place. */
  function tried(work: () => Promise<void>): void {
    work().catch((error: unknown) => setText(status, error instanceof Error ? error.message : String(error)));
  }

  const form = el(
    "form",
    { class: "inspector-form", attrs: { role: "search" } },
    el("div", { class: "field" }, el("label", { attrs: { for: "inspect-query" } }, "Search for"), query),
    el("div", { class: "field" }, el("label", { attrs: { for: "inspect-documents" } }, "In"), documents),
    el("button", { class: "button button-primary", attrs: { type: "submit" } }, "Search"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tried(search);
  });
  documents.addEventListener("change", () => tried(search));
  dialog.append(
    el("div", { class: "inspector-head" }, el("h2", { id: "inspector-title" }, "Inspector"), button("Close", () => dialog.close(), { class: "button" })),
    form,
    status,
    el("div", { class: "inspector-results", attrs: { tabindex: "0", role: "region", "aria-label": "Passages" } }, results, more),
  );
  document.body.append(dialog);

  return {
    open() {
      if (query.value === "") query.value = question;
      dialog.showModal();
      tried(async () => {
        await list();
        await search();
      });
    },
  };
}

function optionOf({ id, title, chunks }: DocumentInfo): HTMLElement {
  return el("option", { attrs: { value: id } }, `${title ?? id} (${chunks})`);
}
