// A box to paste or write a text that becomes a document, or an address, for touch screens and
// keyboards. It must hand the text on and forget it.

import { button, el } from "../dom.js";
import type { Translate } from "../strings/translate.js";

export interface PasteDialog {
  element: HTMLDialogElement;
  open(): void;
}

export function pasteDialog(t: Translate, add: (text: string) => void): PasteDialog {
  const box = el("textarea", { id: "paste-text", attrs: { rows: 10, dir: "auto" } });
  const dialog = el("dialog", { class: "dialog", part: "dialog", attrs: { "aria-labelledby": "paste-title" } });
  const form = el(
    "form",
    {},
    el("h2", { id: "paste-title" }, t("paste.title")),
    el("div", { class: "field" }, el("label", { attrs: { for: "paste-text" } }, t("paste.label")), box),
    el(
      "div",
      { class: "dialog-buttons" },
      button(t("paste.cancel"), () => dialog.close(), { class: "button" }),
      el("button", { class: "button button-primary", attrs: { type: "submit" } }, t("paste.add")),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = box.value;
    dialog.close();
    if (text.trim() !== "") add(text);
  });
  dialog.addEventListener("close", () => (box.value = ""));
  // Escape is for the dialog, and must not close the panel below it.
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation());
  dialog.append(form);
  return {
    element: dialog,
    open() {
      dialog.showModal();
      box.focus();
    },
  };
}
