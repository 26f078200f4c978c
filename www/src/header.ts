// The page's head: what it is, in one sentence, and the ways to the settings and the inspector. It must hold no
// state of its own.

import { button, el, setText } from "./dom.ts";
import { hasModel, presetOf, type Settings } from "./settings.ts";

export function drawHeader(place: HTMLElement, open: { settings(): void; inspector(): void }): (settings: Settings) => void {
  const connection = el("span", { class: "connection-text" });
  const dot = el("span", { class: "dot", attrs: { "aria-hidden": "true" } });
  place.append(
    el(
      "div",
      { class: "masthead-words" },
      el("h1", {}, "Ask your documents"),
      el("p", { class: "lede" }, "Files are read in this browser; only your question and the passages it needs go to the model you choose, and every answer points to its page."),
    ),
    el("div", { class: "masthead-side" }, el("p", { class: "connection" }, dot, connection), button("Inspector", open.inspector, { class: "button" }), button("Settings", open.settings, { class: "button", id: "open-settings" })),
  );
  return (settings) => {
    const on = hasModel(settings);
    dot.classList.toggle("dot-on", on);
    setText(connection, on ? `${settings.model} · ${presetOf(settings.preset).label}` : "No model: quotes only");
  };
}
