// The steps of an answer: what the model asked for and what it was told, folded. It must show a
// model's and a tool's words as text and nothing else, and keep open what a reader has opened.

import { el, setText } from "../dom.js";
import type { Step } from "../state.js";
import type { Translate } from "../strings/translate.js";

/** More than this of a result is of no use in a list; the passages can be opened below. */
const MOST_SHOWN = 2000;

/** A step as a line: what is done, and with what. */
export function stepInWords(t: Translate, { name, arguments: given }: Step): string {
  const bare = /^(\{\s*\})?$/.test(given.trim());
  switch (name) {
    case "ask_documents":
      return t("step.ask_documents", { text: stringIn(given, "question") ?? given });
    case "search_documents":
      return t("step.search_documents", { text: stringIn(given, "query") ?? given });
    case "read_page":
      return t("step.read_page", { text: given });
    case "list_documents":
      return t("step.list_documents");
    default:
      return bare ? t("step.other.bare", { name }) : t("step.other", { name, text: given });
  }
}

export class StepsView {
  readonly #t: Translate;
  readonly #summary = el("summary", {});
  readonly #list = el("ol", { class: "steps" });
  readonly element = el("details", { class: "fold", part: "steps" }, this.#summary, this.#list);
  #drawn: readonly Step[] = [];

  constructor(t: Translate) {
    this.#t = t;
  }

  draw(steps: readonly Step[]): void {
    this.element.hidden = steps.length === 0;
    if (this.#drawn === steps) return;
    // A step changes once, when its result comes: the others keep their elements.
    for (const [index, step] of steps.entries()) {
      if (this.#drawn[index] === step) continue;
      const drawn = this.#item(step);
      const there = this.#list.children[index];
      if (there) there.replaceWith(drawn);
      else this.#list.append(drawn);
    }
    this.#drawn = steps;
    setText(this.#summary, this.#t("answer.steps", { count: steps.length }));
  }

  #item(step: Step): HTMLElement {
    const { result } = step;
    const said = el("p", { class: "step-said", attrs: { dir: "auto" } }, stepInWords(this.#t, step));
    if (!result) return el("li", { class: "step" }, said);
    const text = shortened(result.content);
    const told = el("p", { class: "step-result", attrs: { dir: "auto" } }, result.failed ? this.#t("step.failed", { text }) : text);
    return el("li", { class: result.failed ? "step step-failed" : "step" }, said, told);
  }
}

function shortened(text: string): string {
  const plain = text.replace(/\n\s*\n/g, "\n");
  return plain.length <= MOST_SHOWN ? plain : `${plain.slice(0, MOST_SHOWN)} …`;
}

/** A string in arguments that a model wrote, which may be no JSON. */
function stringIn(given: string, name: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(given);
    const value = typeof parsed === "object" && parsed !== null && name in parsed ? (parsed as Record<string, unknown>)[name] : undefined;
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
