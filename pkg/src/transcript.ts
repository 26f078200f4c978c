/**
 * A run as one line of JSONL, for fine-tuning: what was said to the model and by it, and whether
 * what the answer cites holds.
 *
 * It takes what the answer has and nothing of the options, so no key can get into it.
 */

import { fail } from "./errors.js";
import type { Answer } from "./results.js";

/** Options of `run.transcript()`. */
export interface TranscriptOptions {
  /** Gives an empty text for an answer of which a citation is not verified, or that has none. Default: false. */
  verifiedOnly?: boolean;
}

/**
 * Ends with a line break, so that lines can be put together as they are. Empty without a
 * conversation, as when no model was asked.
 */
export function transcriptLine(answer: Answer, { verifiedOnly = false }: TranscriptOptions = {}): string {
  if (answer.messages === undefined) throw fail("usage", "the conversation was not kept: ask with the option transcript: true");
  const verified = answer.citations.length > 0 && answer.citations.every((citation) => citation.verified);
  if (answer.messages.length === 0 || (verifiedOnly && !verified)) return "";
  const citations = answer.citations.map(({ marker, documentId, page, quote, verified }) => ({ marker, documentId, page, quote, verified }));
  return `${JSON.stringify({ messages: answer.messages, strategy: answer.strategy, verified, citations })}\n`;
}
