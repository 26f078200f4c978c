/**
 * Whatever a tool gives, as text that a prompt can hold.
 *
 * Pure. It never throws: what cannot be written as JSON is written as what it is called.
 */

/** The longest error message that the model is shown, in UTF-16 units. */
const MAX_MESSAGE = 500;

/** A string as it is, anything else as JSON; what has no JSON by its own name. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === undefined) return "(no result)";
  try {
    return JSON.stringify(value) ?? nameOf(value);
  } catch {
    // A cycle, a BigInt, or a toJSON that throws.
    return nameOf(value);
  }
}

/** At most `max` UTF-16 units of the text, and a note of how much is missing. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = wholeCharacters(text, max);
  return `${kept}\n[truncated: ${kept.length} of ${text.length} characters are shown]`;
}

/** The message of what was thrown, on one line of bearable length. */
export function messageOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message || thrown.name : textOf(thrown);
  const line = message.replace(/\s+/g, " ").trim();
  return line.length <= MAX_MESSAGE ? line : `${wholeCharacters(line, MAX_MESSAGE)} …`;
}

// A surrogate pair must not be cut in two: half of one is not text.
function wholeCharacters(text: string, max: number): string {
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}

function nameOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return typeof value;
  }
}
