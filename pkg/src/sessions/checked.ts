/**
 * What a database gives, taken for what it is: anything. Other scripts of a site, extensions and
 * people can change its records; one that makes no sense is left out, and spoils no other.
 */

import type { Citation } from "../results.js";
import type { SessionRecord } from "./store.js";
import type { SessionTurn } from "./types.js";

type Fields = Readonly<Record<string, unknown>>;

/** The record, or nothing. */
export function checkedSession(value: unknown): SessionRecord[] {
  if (!isObject(value) || typeof value["id"] !== "string") return [];
  const { id } = value;
  return [{ version: 1, id, title: text(value["title"]), created: number(value["created"]), changed: number(value["changed"]), turnCount: number(value["turnCount"]) }];
}

/** The turn, or nothing. */
export function checkedTurn(value: unknown): SessionTurn[] {
  if (!isObject(value) || typeof value["question"] !== "string") return [];
  const { question, level, status, strategy, usage, error } = value;
  const turn: SessionTurn = {
    question,
    level: text(level) as SessionTurn["level"],
    asked: number(value["asked"]),
    status: status === "done" || status === "failed" ? status : "stopped",
    text: text(value["text"]),
    reasoning: text(value["reasoning"]),
    extractive: value["extractive"] === true,
    citations: Array.isArray(value["citations"]) ? value["citations"].filter(isCitation) : [],
  };
  if (typeof strategy === "string") turn.strategy = strategy as NonNullable<SessionTurn["strategy"]>;
  if (isObject(usage) && Object.values(usage).every((one) => typeof one === "number" || typeof one === "boolean")) turn.usage = usage as unknown as NonNullable<SessionTurn["usage"]>;
  if (isObject(error)) turn.error = { code: text(error["code"]), message: text(error["message"]) };
  return [turn];
}

function isCitation(value: unknown): value is Citation {
  if (!isObject(value) || !isObject(value["at"]) || !Array.isArray(value["rects"])) return false;
  const { at, marker, page, start, end, documentId, quote } = value;
  const numbers = [marker, page, start, end, (at as Fields)["start"], (at as Fields)["end"]];
  const texts = [documentId, quote, ...["title", "url", "anchor"].map((name) => value[name] ?? "")];
  return numbers.every((one) => typeof one === "number") && texts.every((one) => typeof one === "string");
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function number(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
