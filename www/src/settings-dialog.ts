// The settings: which endpoint answers, with which model and key. The key stays in this page's
// memory; the dialog must not write it anywhere. Whoever wants to keep it has the browser's
// password manager, for which the address counts as the user's name.

import { button, el, setText } from "./dom.ts";
import { isPresetId, presetOf, presets, type Settings } from "./settings.ts";

export interface SettingsDialog {
  open(settings: Settings): void;
}

/** What the dialog does for its page. */
export interface SettingsActions {
  save(settings: Settings): void;
  /** Deletes all that is kept on the device. */
  forget(): Promise<void>;
}

export function settingsDialog({ save, forget }: SettingsActions): SettingsDialog {
  const preset = el("select", { id: "preset" }, ...presets.map(({ id, label }) => el("option", { attrs: { value: id } }, label)));
  const hint = el("p", { class: "field-hint", id: "preset-hint" });
  const baseUrl = field("base-url", "Base URL", { type: "text", inputmode: "url", autocomplete: "username", spellcheck: "false", placeholder: "https://…/v1" });
  const model = field("model", "Model", { type: "text", autocomplete: "off", spellcheck: "false", placeholder: "qwen-plus" });
  const apiKey = field("api-key", "Key", { type: "password", autocomplete: "current-password", spellcheck: "false" }, "Kept in this page’s memory only, and gone when you close or reload it, unless you let your browser’s password manager save it. Servers on this computer usually need none.");
  const complaint = el("p", { class: "field-error", attrs: { role: "alert" } });
  const fields = el("div", { class: "fields" }, baseUrl.element, model.element, apiKey.element);
  const dialog = el("dialog", { class: "dialog", attrs: { "aria-labelledby": "settings-title" } });
  const form = el(
    "form",
    { attrs: { novalidate: true } },
    el("h2", { id: "settings-title" }, "Settings"),
    el("div", { class: "field" }, el("label", { attrs: { for: "preset" } }, "Answers come from"), preset, hint),
    fields,
    complaint,
    el(
      "div",
      { class: "field" },
      el("p", { class: "field-hint" }, "Documents and conversations are kept in this browser, so that they are there again next time. They are sent nowhere."),
      button("Delete everything kept here", () => void deleteAll(), { class: "button" }),
    ),
    el(
      "div",
      { class: "dialog-buttons" },
      button("Cancel", () => dialog.close(), { class: "button" }),
      el("button", { class: "button button-primary", attrs: { type: "submit" } }, "Save"),
    ),
  );
  dialog.append(form);
  document.body.append(dialog);
  preset.setAttribute("aria-describedby", "preset-hint");

  async function deleteAll(): Promise<void> {
    if (!confirm("Delete all documents and conversations that this page keeps in this browser?")) return;
    try {
      await forget();
      dialog.close();
    } catch (error) {
      setText(complaint, `Not everything could be deleted: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  const showPreset = (): void => {
    const chosen = isPresetId(preset.value) ? presetOf(preset.value) : presetOf("custom");
    setText(hint, chosen.hint);
    fields.hidden = chosen.id === "none";
    // The proxy adds the key on its side; one typed here would go nowhere.
    apiKey.element.hidden = chosen.id === "proxy";
    setText(complaint, "");
  };
  preset.addEventListener("change", () => {
    if (isPresetId(preset.value)) baseUrl.input.value = presetOf(preset.value).baseUrl;
    showPreset();
  });
  baseUrl.input.addEventListener("input", () => {
    if (isPresetId(preset.value) && presetOf(preset.value).baseUrl !== baseUrl.input.value) preset.value = "custom";
    showPreset();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const id = isPresetId(preset.value) ? preset.value : "custom";
    const chosen: Settings = {
      preset: id,
      baseUrl: baseUrl.input.value.trim().replace(/\/+$/, "").replace(/\/chat\/completions$/, ""),
      model: model.input.value.trim(),
      apiKey: id === "proxy" || id === "none" ? "" : apiKey.input.value.trim(),
    };
    const wrong = complaintAbout(chosen);
    setText(complaint, wrong?.message ?? "");
    if (wrong) return (wrong.field === "model" ? model : baseUrl).input.focus();
    save(chosen);
    dialog.close();
  });

  return {
    open(settings) {
      preset.value = settings.preset;
      baseUrl.input.value = settings.baseUrl;
      model.input.value = settings.model;
      apiKey.input.value = settings.apiKey;
      showPreset();
      dialog.showModal();
    },
  };
}

function complaintAbout(settings: Settings): { field: "baseUrl" | "model"; message: string } | undefined {
  if (settings.preset === "none") return undefined;
  if (!isAddress(settings.baseUrl)) {
    return { field: "baseUrl", message: "Write the base URL as http://… or https://…, or as a path on this site." };
  }
  if (settings.model === "") return { field: "model", message: "Write the model’s name, as the endpoint knows it." };
  return undefined;
}

function isAddress(text: string): boolean {
  if (text === "") return false;
  const url = URL.canParse(text, document.baseURI) ? new URL(text, document.baseURI) : undefined;
  return url?.protocol === "http:" || url?.protocol === "https:";
}

function field(id: string, label: string, attrs: Record<string, string>, hint?: string): { element: HTMLElement; input: HTMLInputElement } {
  const input = el("input", { id, attrs: { ...attrs, ...(hint && { "aria-describedby": `${id}-hint` }) } });
  const element = el(
    "div",
    { class: "field" },
    el("label", { attrs: { for: id } }, label),
    input,
    hint !== undefined && el("p", { class: "field-hint", id: `${id}-hint` }, hint),
  );
  return { element, input };
}
