// One document of the list: its name, how far its reading has come, its warnings or its error.
// It must not decide what a status means beyond how it looks.

import type { DocumentInfo } from "qwen-agent-wasm";
import { button, el, setText } from "../dom.ts";
import type { DocumentEntry, DocumentStatus } from "../state.ts";
import { problemElement } from "./problem.ts";

export interface RowActions {
  cancel(key: number): void;
  remove(key: number): void;
}

export class DocumentRow {
  readonly element = el("li", { class: "document" });
  readonly #name = el("p", { class: "document-name", attrs: { dir: "auto" } });
  readonly #line = el("p", { class: "document-line" });
  readonly #bar = el("progress", { class: "bar" });
  readonly #extra = el("div", { class: "document-extra" });
  readonly #button: HTMLButtonElement;
  #drawn: DocumentStatus | undefined;
  #key = 0;
  #busy = false;

  constructor(actions: RowActions) {
    this.#button = button("Remove", () => (this.#busy ? actions.cancel(this.#key) : actions.remove(this.#key)), {
      class: "button button-quiet",
    });
    this.element.append(
      el("div", { class: "document-head" }, this.#name, this.#button),
      this.#line,
      this.#bar,
      this.#extra,
    );
  }

  draw(entry: DocumentEntry): void {
    this.#key = entry.key;
    if (this.#drawn === entry.status) return;
    this.#drawn = entry.status;
    const { status } = entry;
    this.#busy = status.kind === "waiting" || status.kind === "reading";
    setText(this.#name, entry.name);
    setText(this.#line, lineOf(status, entry.bytes));
    setText(this.#button, this.#busy ? "Cancel" : "Remove");
    this.#button.setAttribute("aria-label", `${this.#busy ? "Cancel" : "Remove"} ${entry.name}`);
    this.#drawBar(status, entry.name);
    this.#extra.replaceChildren(...extraOf(status));
    this.element.dataset["status"] = status.kind;
  }

  #drawBar(status: DocumentStatus, name: string): void {
    this.#bar.hidden = !this.#busy;
    this.#bar.setAttribute("aria-label", `Reading ${name}`);
    if (status.kind === "reading" && status.total > 0) {
      this.#bar.max = status.total;
      this.#bar.value = status.done;
    } else {
      this.#bar.removeAttribute("value");
    }
  }
}

function lineOf(status: DocumentStatus, bytes: number): string {
  switch (status.kind) {
    case "waiting":
      return "Waiting for its turn";
    case "reading":
      return phaseInWords(status, bytes);
    case "ready":
      return [counted(status.info.pages, "page"), `${status.info.tokens.toLocaleString("en")} tokens`, sizeOf(bytes)].join(" · ");
    case "failed":
      return "Not added";
    case "cancelled":
      return "Cancelled; nothing was kept";
    default:
      return status satisfies never;
  }
}

function phaseInWords({ phase, done, total }: { phase: string; done: number; total: number }, bytes: number): string {
  const count = total > 0 ? ` ${Math.min(done, total).toLocaleString("en")} of ${total.toLocaleString("en")}` : "";
  // Formats without pages of their own count bytes; nobody wants to read those.
  const countsBytes = total === bytes;
  switch (phase) {
    case "fetch":
      return "Loading";
    case "read":
      return total > 0 && !countsBytes ? `Reading: page${count}` : "Reading";
    case "chunk":
      return "Dividing into passages";
    case "index":
      return `Indexing${count && `: passage${count}`}`;
    case "store":
      return "Storing";
    default:
      return `${phase}${count}`;
  }
}

function extraOf(status: DocumentStatus): HTMLElement[] {
  if (status.kind === "failed") return [problemElement(status.problem)];
  if (status.kind !== "ready" || status.info.warnings.length === 0) return [];
  return [warningsElement(status.info)];
}

function warningsElement({ warnings }: DocumentInfo): HTMLElement {
  return el(
    "details",
    { class: "warnings", attrs: { open: warnings.length <= 2 } },
    el("summary", {}, counted(warnings.length, "warning")),
    el(
      "ul",
      {},
      ...warnings.map((warning) =>
        el("li", {}, warning.page === undefined ? "" : `Page ${warning.page}: `, sentence(warning.message), " ", el("code", {}, warning.code)),
      ),
    ),
  );
}

/** The core's messages are clauses; a reader expects sentences. */
export function sentence(message: string): string {
  const trimmed = message.trim();
  const start = trimmed.charAt(0).toLocaleUpperCase("en") + trimmed.slice(1);
  return /[.!?。]$/.test(start) ? start : `${start}.`;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
