// Tells screen readers what happened: starts, ends and errors, one sentence each. It must never
// be given single tokens of an answer.

import { part, setText } from "./dom.ts";

/** A pause between two messages, so that the first is not overwritten before it is read. */
const PAUSE_MS = 500;

const waiting: string[] = [];
let speaking = false;

export function announce(message: string): void {
  waiting.push(message);
  if (!speaking) speakNext();
}

function speakNext(): void {
  const message = waiting.shift();
  if (message === undefined) {
    speaking = false;
    return;
  }
  speaking = true;
  const region = part("announcer");
  // The same sentence twice is only read twice if it differs.
  setText(region, region.textContent === message ? `${message}\u00a0` : message);
  setTimeout(speakNext, PAUSE_MS);
}
