// The list of documents and the ways to add one: drop, file picker, paste. It must read no file
// itself; files go to the actions.

import { button, el, KeyedList, setText } from "../dom.js";
import type { Scope } from "../scope.js";
import type { Addable } from "../settings.js";
import type { Draw, State } from "../state.js";
import { DocumentRow } from "./document-row.js";

export interface LibraryActions {
  add(items: Iterable<Addable>): void;
  addText(text: string): void;
  openPaste(): void;
  cancel(key: number): void;
  remove(key: number): void;
}

export function libraryView({ root, t }: Scope, actions: LibraryActions): { element: HTMLElement; draw: Draw } {
  const title = el("h2", { id: "library-title", attrs: { tabindex: -1 } }, t("documents.title"));
  const list = el("ul", { class: "documents", attrs: { "aria-labelledby": "library-title" } });
  const empty = el("p", { class: "empty" }, t("documents.empty"));
  const note = el("p", { class: "kept-note", attrs: { hidden: true } });
  const rows = new KeyedList(list, () => new DocumentRow(t, actions));
  const element = el("section", { class: "library", id: "library", part: "documents", attrs: { "aria-labelledby": "library-title" } }, title, dropZone(t, actions), note, list, empty);
  const draw: Draw = (state) => {
    const held = list.contains(root.activeElement);
    rows.draw(state.documents, (entry) => entry.key);
    list.hidden = state.documents.length === 0;
    // A row that goes takes the focus along; the keyboard should find itself nearby.
    if (held && !list.contains(root.activeElement)) (list.querySelector("button") ?? title).focus();
    note.hidden = state.kept === undefined;
    if (state.kept) setText(note, inWords(t, state.kept));
    empty.hidden = state.documents.length > 0;
    element.classList.toggle("folded", !state.libraryOpen);
  };
  return { element, draw };
}

function inWords(t: Scope["t"], kept: NonNullable<State["kept"]>): string {
  switch (kept.kind) {
    case "unavailable":
      return `${t("error.storage.unavailable")} ${t("error.storage.unavailable.todo")}`;
    case "evicted":
      return t("documents.evicted");
    case "damaged":
      return t("documents.damaged", { count: kept.count });
    default:
      return kept satisfies never;
  }
}

function dropZone(t: Scope["t"], actions: LibraryActions): HTMLElement {
  const input = el("input", {
    id: "file-input",
    attrs: { type: "file", multiple: true, hidden: true, "aria-label": t("documents.files") },
    on: {
      change: () => {
        actions.add([...(input.files ?? [])]);
        // Choosing the same file again must count as a change.
        input.value = "";
      },
    },
  });
  return el(
    "div",
    { class: "drop", id: "drop", part: "drop" },
    el("p", { class: "drop-title" }, t("documents.drop")),
    el("p", { class: "drop-hint" }, t("documents.drop.hint")),
    el(
      "div",
      { class: "drop-buttons" },
      button(t("documents.choose"), () => input.click(), { class: "button button-primary" }),
      button(t("documents.paste"), actions.openPaste, { class: "button" }),
    ),
    input,
  );
}

/** The whole widget takes drops, so that a file that misses the zone does not replace the page. */
export function acceptDrops(area: HTMLElement, actions: Pick<LibraryActions, "add">): void {
  let depth = 0;
  const mark = (over: boolean): void => void area.classList.toggle("drop-over", over);
  const wanted = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.some((type) => type === "Files" || type === "text/uri-list") ?? false;
  const enter = (by: number) => (event: DragEvent): void => {
    if (!wanted(event)) return;
    depth = Math.max(0, depth + by);
    mark(depth > 0);
  };
  area.addEventListener("dragenter", enter(1));
  area.addEventListener("dragleave", enter(-1));
  area.addEventListener("dragover", (event) => {
    if (wanted(event)) event.preventDefault();
  });
  area.addEventListener("drop", (event) => {
    if (!wanted(event)) return;
    event.preventDefault();
    depth = 0;
    mark(false);
    const files = [...(event.dataTransfer?.files ?? [])];
    actions.add(files.length > 0 ? files : addressesIn(event.dataTransfer?.getData("text/uri-list") ?? ""));
  });
}

/** A dragged link; lines that begin with "#" are comments. */
function addressesIn(list: string): string[] {
  return list.split(/\r?\n/).filter((line) => /^https?:/i.test(line));
}

/** Files and texts pasted anywhere in the widget, except into a box to write in. */
export function acceptPaste(area: HTMLElement, actions: Pick<LibraryActions, "add" | "addText">): void {
  area.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) {
      event.preventDefault();
      return actions.add(files);
    }
    const target = event.composedPath()[0];
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (text.trim() !== "") actions.addText(text);
  });
}
