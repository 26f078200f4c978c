// Tells screen readers what happened: starts, ends and errors, one sentence each. It must never
// be given single tokens of an answer.

import { el, setText } from "./dom.js";

/** A pause between two messages, so that the first is not overwritten before it is read. */
const PAUSE_MS = 500;

export class Announcer {
  readonly element = el("div", { class: "visually-hidden", attrs: { role: "status", "aria-live": "polite" } });
  readonly #waiting: string[] = [];
  #speaking = false;

  say(message: string): void {
    this.#waiting.push(message);
    if (!this.#speaking) this.#next();
  }

  #next(): void {
    const message = this.#waiting.shift();
    this.#speaking = message !== undefined;
    if (message === undefined) return;
    // The same sentence twice is only read twice if it differs.
    setText(this.element, this.element.textContent === message ? `${message}\u00a0` : message);
    setTimeout(() => this.#next(), PAUSE_MS);
  }
}
