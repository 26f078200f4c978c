// The steps of an answer: what the model asked for and what it was told, folded. It must show a
// model's and a tool's words as text and nothing else, and keep open what a reader has opened.

import { el, setText } from "../dom.ts";
import type { Step } from "../state.ts";

/** More than this of a result is of no use in a list; the passages can be opened below. */
const MOST_SHOWN = 2000;

const words: Record<string, { said: string; argument?: string }> = {
  ask_documents: { said: "Asks the documents", argument: "question" },
  search_documents: { said: "Searches for", argument: "query" },
  read_page: { said: "Reads a page" },
  list_documents: { said: "Lists the documents" },
};

/** A step as a line: what is done, and with what. */
export function stepInWords({ name, arguments: given }: Step): string {
  const known = words[name];
  const argument = known?.argument && stringIn(given, known.argument);
  const rest = argument ?? (/^\s*(\{\s*\})?\s*$/.test(given) ? "" : given);
  const said = known?.said ?? `Calls ${name}`;
  return rest === "" ? said : `${said}: ${rest}`;
}

export class StepsView {
  readonly #summary = el("summary", {});
  readonly #list = el("ol", { class: "steps" });
  readonly element = el("details", { class: "fold" }, this.#summary, this.#list);
  #drawn: readonly Step[] = [];

  draw(steps: readonly Step[]): void {
    this.element.hidden = steps.length === 0;
    if (this.#drawn === steps) return;
    // A step changes once, when its result comes: the others keep their elements.
    for (const [index, step] of steps.entries()) {
      if (this.#drawn[index] === step) continue;
      const drawn = item(step);
      const there = this.#list.children[index];
      if (there) there.replaceWith(drawn);
      else this.#list.append(drawn);
    }
    this.#drawn = steps;
    setText(this.#summary, steps.length === 1 ? "1 step" : `${steps.length} steps`);
  }
}

function item(step: Step): HTMLElement {
  const { result } = step;
  return el(
    "li",
    { class: result?.failed ? "step step-failed" : "step" },
    el("p", { class: "step-said", attrs: { dir: "auto" } }, stepInWords(step)),
    result && el("p", { class: "step-result", attrs: { dir: "auto" } }, shortened(result.content)),
  );
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
