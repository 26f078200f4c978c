// The page's head: what it is, in one sentence, and the way to the settings. It must hold no
// state of its own.

import { button, el, part, setText } from "../dom.ts";
import { hasModel, presetOf } from "../settings.ts";
import type { State } from "../state.ts";

export function headerView(openSettings: () => void): (state: State) => void {
  const connection = el("span", { class: "connection-text" });
  const dot = el("span", { class: "dot", attrs: { "aria-hidden": "true" } });
  const settings = button("Settings", openSettings, { class: "button", id: "open-settings" });
  part("header").append(
    el(
      "div",
      { class: "masthead-words" },
      el("h1", {}, "Ask your documents"),
      el(
        "p",
        { class: "lede" },
        "Add files and ask: they are read in this browser, only your question and the passages it needs go to the model you choose, and every answer points to its page.",
      ),
    ),
    el("div", { class: "masthead-side" }, el("p", { class: "connection" }, dot, connection), settings),
  );
  return (state) => {
    const on = hasModel(state.settings);
    dot.classList.toggle("dot-on", on);
    setText(connection, on ? `${state.settings.model} · ${presetOf(state.settings.preset).label}` : "No model: quotes only");
  };
}
