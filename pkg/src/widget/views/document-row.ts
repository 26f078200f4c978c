// One document of the list: its name, how far its reading has come, its warnings or its error.
// It must not decide what a status means beyond how it looks.

import type { DocumentInfo } from "../../types.js";
import { button, el, setText } from "../dom.js";
import { warningInWords } from "../problems.js";
import type { DocumentEntry, DocumentStatus } from "../state.js";
import type { Key } from "../strings/en.js";
import type { Translate } from "../strings/translate.js";
import { problemElement } from "./problem.js";

export interface RowActions {
  cancel(key: number): void;
  remove(key: number): void;
}

export class DocumentRow {
  readonly element = el("li", { class: "document", part: "document" });
  readonly #t: Translate;
  readonly #name = el("p", { class: "document-name", attrs: { dir: "auto" } });
  readonly #line = el("p", { class: "document-line" });
  readonly #bar = el("progress", { class: "bar" });
  readonly #extra = el("div", { class: "document-extra" });
  readonly #button: HTMLButtonElement;
  #drawn: DocumentStatus | undefined;
  #key = 0;
  #busy = false;

  constructor(t: Translate, actions: RowActions) {
    this.#t = t;
    this.#button = button("", () => (this.#busy ? actions.cancel(this.#key) : actions.remove(this.#key)), { class: "button button-quiet" });
    this.element.append(el("div", { class: "document-head" }, this.#name, this.#button), this.#line, this.#bar, this.#extra);
  }

  draw(entry: DocumentEntry): void {
    this.#key = entry.key;
    if (this.#drawn === entry.status) return;
    this.#drawn = entry.status;
    const { status, name } = entry;
    this.#busy = status.kind === "waiting" || status.kind === "reading";
    setText(this.#name, name);
    setText(this.#line, lineOf(this.#t, status, entry.bytes));
    setText(this.#button, this.#t(this.#busy ? "documents.cancel" : "documents.remove"));
    this.#button.setAttribute("aria-label", this.#t(this.#busy ? "documents.cancel.name" : "documents.remove.name", { name }));
    this.#drawBar(status, name);
    this.#extra.replaceChildren(...this.#extraOf(status));
    this.element.dataset["status"] = status.kind;
  }

  #drawBar(status: DocumentStatus, name: string): void {
    this.#bar.hidden = status.kind !== "reading";
    if (status.kind !== "reading") return;
    this.#bar.setAttribute("aria-label", this.#t("documents.progress", { name }));
    if (status.total > 0) {
      this.#bar.max = status.total;
      this.#bar.value = status.done;
    } else this.#bar.removeAttribute("value");
  }

  #extraOf(status: DocumentStatus): HTMLElement[] {
    if (status.kind === "failed") return [problemElement(this.#t, status.problem)];
    if (status.kind !== "ready" || status.info.warnings.length === 0) return [];
    return [this.#warnings(status.info)];
  }

  #warnings({ warnings }: DocumentInfo): HTMLElement {
    const t = this.#t;
    const words = (warning: DocumentInfo["warnings"][number]): string => {
      const message = warningInWords(t, warning);
      return warning.page === undefined ? message : t("documents.warning.page", { page: warning.page, message });
    };
    return el(
      "details",
      { class: "warnings", attrs: { open: warnings.length <= 2 } },
      el("summary", {}, t("documents.warnings", { count: warnings.length })),
      el("ul", {}, ...warnings.map((warning) => el("li", {}, words(warning), " ", el("code", {}, warning.code)))),
    );
  }
}

function lineOf(t: Translate, status: DocumentStatus, bytes: number): string {
  switch (status.kind) {
    case "waiting":
      return t("documents.waiting");
    case "reading":
      return phaseInWords(t, status, bytes);
    case "ready": {
      const { pages, tokens } = status.info;
      // How long a document of the library is in bytes is not known any more.
      const size = bytes > 0 ? [t.bytes(bytes)] : [];
      return [t("documents.pages", { count: pages }), t("documents.tokens", { count: tokens }), ...size].join(" · ");
    }
    case "failed":
      return t("documents.failed");
    case "cancelled":
      return t("documents.cancelled");
    default:
      return status satisfies never;
  }
}

/** By phase: what it is called, and how it counts where that says something. */
const phases: Readonly<Record<string, readonly [Key, Key?]>> = {
  fetch: ["documents.fetching"],
  read: ["documents.reading", "documents.reading.page"],
  chunk: ["documents.chunking"],
  index: ["documents.indexing", "documents.indexing.passage"],
  store: ["documents.storing"],
};

function phaseInWords(t: Translate, { phase, done, total }: { phase: string; done: number; total: number }, bytes: number): string {
  const [bare, counted] = phases[phase] ?? ["documents.reading"];
  // Texts are read by bytes, which say nothing to a reader.
  const countsBytes = phase === "read" && total === bytes;
  return counted && total > 0 && !countsBytes ? t(counted, { done: Math.min(done, total), total }) : t(bare);
}
