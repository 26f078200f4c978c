/**
 * A session as a file: Markdown to read, JSON to keep. Plain functions.
 */

import type { Citation } from "../results.js";
import type { Session, SessionTurn } from "./types.js";

/** `"qwen-agent-session"`, version 1: the session as `sessions.get()` gives it. */
export function sessionAsJson(session: Session): string {
  return `${JSON.stringify({ format: "qwen-agent-session", version: 1, ...session }, undefined, 2)}\n`;
}

export function sessionAsMarkdown(session: Session): string {
  const head = [`# ${oneLine(session.title) || "Conversation"}`, new Date(session.created).toISOString()];
  return `${[...head, ...session.turns.flatMap(turnAsMarkdown)].join("\n\n")}\n`;
}

function turnAsMarkdown(turn: SessionTurn): string[] {
  const parts = [`## ${oneLine(turn.question)}`];
  if (turn.text.trim() !== "") parts.push(turn.text.trim());
  if (turn.status === "stopped") parts.push("*(stopped)*");
  if (turn.error) parts.push(`*(failed: ${oneLine(turn.error.message)} [${turn.error.code}])*`);
  const sources = turn.citations.filter(({ marker }, at, all) => all.findIndex((other) => other.marker === marker) === at);
  if (sources.length > 0) parts.push(sources.map(sourceAsMarkdown).join("\n"));
  return parts;
}

function sourceAsMarkdown({ marker, title, documentId, page, quote, verified }: Citation): string {
  const where = `${oneLine(title ?? documentId)}, ${page}`;
  return `- [${marker}] ${where}: ${verified ? `“${oneLine(quote)}”` : "(not located)"}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
