// Says every error in words: what happened, and what one can do about it. It must decide nothing
// and hide nothing: the code always stays visible.

import { en, type Key } from "./strings/en.js";
import type { Translate } from "./strings/translate.js";

export interface Problem {
  code: string;
  /** The original message, for those who want to know exactly. */
  detail: string;
}

/** A problem in words. `todo` may be empty. */
export interface ProblemWords {
  what: string;
  todo: string;
}

/** Anything that was thrown. */
export function problemFrom(error: unknown): Problem {
  const status = numberOf(error, "status");
  const message = textOf(error, "message") ?? String(error);
  return { code: textOf(error, "code") ?? "unknown", detail: status === undefined ? message : `${message} (HTTP ${status})` };
}

export function inWords(t: Translate, { code }: Pick<Problem, "code">): ProblemWords {
  const known = isKey(`error.${code}`) ? code : "unknown";
  return { what: t(`error.${known}` as Key), todo: t(`error.${known}.todo` as Key) };
}

/** What the core warns of, in the reader's language; in English it says it more exactly itself. */
export function warningInWords(t: Translate, { code, message }: { code: string; message: string }): string {
  if (/^en\b/.test(t.locale) || !isKey(`error.${code}`)) return sentence(message);
  return spoken(t, { code });
}

/** One sentence or two for the live region. */
export function spoken(t: Translate, problem: Pick<Problem, "code">): string {
  const { what, todo } = inWords(t, problem);
  return [what, todo].filter(Boolean).join(" ");
}

/** The core's messages are clauses; a reader expects sentences. */
export function sentence(message: string): string {
  const trimmed = message.trim();
  const start = trimmed.charAt(0).toLocaleUpperCase("en") + trimmed.slice(1);
  return /[.!?。]$/.test(start) ? start : `${start}.`;
}

export function isAbort(error: unknown): boolean {
  return textOf(error, "code") === "aborted" || textOf(error, "name") === "AbortError";
}

/** What a failed answer had already said. */
export function partialText(error: unknown): string {
  return textOf(error, "partialText") ?? "";
}

function isKey(name: string): name is Key {
  return Object.hasOwn(en, name);
}

function textOf(value: unknown, key: string): string | undefined {
  const found = property(value, key);
  return typeof found === "string" && found !== "" ? found : undefined;
}

function numberOf(value: unknown, key: string): number | undefined {
  const found = property(value, key);
  return typeof found === "number" ? found : undefined;
}

function property(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Record<string, unknown>)[key];
}
