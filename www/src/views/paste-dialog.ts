// A box to paste or write a text that becomes a document, for touch screens and keyboards. It
// must hand the text on and forget it.

import { button, el } from "../dom.ts";

export interface PasteDialog {
  open(): void;
}

export function pasteDialog(add: (text: string) => void): PasteDialog {
  const box = el("textarea", { id: "paste-text", attrs: { rows: 10, dir: "auto" } });
  const dialog = el("dialog", { class: "dialog", attrs: { "aria-labelledby": "paste-title" } });
  const form = el(
    "form",
    {},
    el("h2", { id: "paste-title" }, "Paste text"),
    el("div", { class: "field" }, el("label", { attrs: { for: "paste-text" } }, "Text of the document"), box),
    el(
      "div",
      { class: "dialog-buttons" },
      button("Cancel", () => dialog.close(), { class: "button" }),
      el("button", { class: "button button-primary", attrs: { type: "submit" } }, "Add"),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = box.value;
    dialog.close();
    if (text.trim() !== "") add(text);
  });
  dialog.addEventListener("close", () => (box.value = ""));
  dialog.append(form);
  document.body.append(dialog);
  return {
    open() {
      dialog.showModal();
      box.focus();
    },
  };
}
