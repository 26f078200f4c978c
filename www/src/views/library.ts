// The list of documents and the ways to add one: drop, file picker, paste, samples. It must read
// no file itself; files go to the actions.

import { button, el, KeyedList, part } from "../dom.ts";
import type { Sample } from "../samples.ts";
import type { State } from "../state.ts";
import { DocumentRow } from "./document-row.ts";

export interface LibraryActions {
  addFiles(files: Iterable<File>): void;
  addText(text: string): void;
  addSample(sample: Sample): void;
  openPaste(): void;
  cancel(key: number): void;
  remove(key: number): void;
}

export function libraryView(actions: LibraryActions, samples: readonly Sample[]): (state: State) => void {
  const section = part("library");
  const title = el("h2", { id: "library-title", attrs: { tabindex: -1 } }, "Documents");
  const list = el("ul", { class: "documents", attrs: { "aria-labelledby": "library-title" } });
  const empty = el("p", { class: "empty" }, "Nothing here yet. Your files stay in this tab, and are gone when you close it.");
  const rows = new KeyedList(list, () => new DocumentRow(actions));
  section.append(
    title,
    dropZone(actions),
    list,
    empty,
    el(
      "div",
      { class: "samples" },
      el("p", { class: "samples-label", id: "samples-label" }, "Try with a sample"),
      el(
        "div",
        { class: "samples-buttons", attrs: { role: "group", "aria-labelledby": "samples-label" } },
        ...samples.map((sample) =>
          button(sample.label, () => actions.addSample(sample), { class: "button", attrs: { lang: sample.language } }),
        ),
      ),
    ),
  );
  acceptDrops(actions);
  acceptPaste(actions);
  return (state) => {
    const held = list.contains(document.activeElement);
    rows.draw(state.documents, (entry) => entry.key);
    list.hidden = state.documents.length === 0;
    // A row that goes takes the focus along; the keyboard should find itself nearby.
    if (held && !list.contains(document.activeElement)) (list.querySelector("button") ?? title).focus();
    empty.hidden = state.documents.length > 0;
  };
}

function dropZone(actions: LibraryActions): HTMLElement {
  const input = el("input", {
    id: "file-input",
    attrs: { type: "file", multiple: true, hidden: true, "aria-label": "Files to add" },
    on: {
      change: () => {
        actions.addFiles([...(input.files ?? [])]);
        // Choosing the same file again must count as a change.
        input.value = "";
      },
    },
  });
  return el(
    "div",
    { class: "drop", id: "drop" },
    el("p", { class: "drop-title" }, "Drop files here"),
    el("p", { class: "drop-hint" }, "PDF, Word, PowerPoint, Excel, web pages, e-books, Markdown or text, in any language. You can also paste."),
    el(
      "div",
      { class: "drop-buttons" },
      button("Choose files", () => input.click(), { class: "button button-primary" }),
      button("Paste text", actions.openPaste, { class: "button" }),
    ),
    input,
  );
}

/** The whole page takes drops, so that a file that misses the zone does not replace the page. */
function acceptDrops(actions: LibraryActions): void {
  let depth = 0;
  const mark = (over: boolean): void => void part("drop").classList.toggle("drop-over", over);
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  document.addEventListener("dragenter", (event) => {
    if (!hasFiles(event)) return;
    depth += 1;
    mark(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (!hasFiles(event)) return;
    depth = Math.max(0, depth - 1);
    mark(depth > 0);
  });
  document.addEventListener("dragover", (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    mark(false);
    actions.addFiles([...(event.dataTransfer?.files ?? [])]);
  });
}

function acceptPaste(actions: LibraryActions): void {
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) {
      event.preventDefault();
      return actions.addFiles(files);
    }
    const target = event.target;
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (text.trim() !== "") actions.addText(text);
  });
}
