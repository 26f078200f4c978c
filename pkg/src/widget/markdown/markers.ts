// Puts signs that Markdown does not know in place of an answer's markers `[n]`, so that they go
// through its rules unharmed, and finds them again. A sign is two object replacement characters,
// which count as punctuation as brackets do, around a private-use character that tells which
// marker it is; both are taken out of the model's own words first.

/** A marker `[n]` and where it stands in the answer. */
export interface Marker {
  number: number;
  start: number;
  end: number;
}

export interface Signed {
  /** The answer with signs in place of its markers. */
  source: string;
  markers: readonly Marker[];
}

const OBJECT = "\ufffc";
const FIRST = 0xe000;
const MOST = 0xf8ff - FIRST;

/** Also where Markdown would see a link or its target: a number that leads elsewhere would be no citation. */
const bracketed = /\[(\d{1,4})\]/g;
const ours = /[\ue000-\uf8ff\ufffc]/g;
const signs = /\ufffc([\ue000-\uf8ff])\ufffc/g;

/** As long as an answer grows, what it was is the beginning of what it is. */
export function sign(answer: string): Signed {
  const markers: Marker[] = [];
  let source = "";
  let at = 0;
  for (const match of answer.matchAll(bracketed)) {
    if (markers.length > MOST) break;
    const { index } = match;
    const end = index + match[0].length;
    source += answer.slice(at, index).replace(ours, "") + OBJECT + String.fromCharCode(FIRST + markers.length) + OBJECT;
    markers.push({ number: Number(match[1]), start: index, end });
    at = end;
  }
  return { source: source + answer.slice(at).replace(ours, ""), markers };
}

/** A text cut at its signs. */
export function cut(text: string, markers: readonly Marker[]): (string | Marker)[] {
  const parts: (string | Marker)[] = [];
  let at = 0;
  for (const match of text.matchAll(signs)) {
    const marker = markers[(match[1]?.charCodeAt(0) ?? 0) - FIRST];
    if (!marker) continue;
    if (match.index > at) parts.push(text.slice(at, match.index));
    parts.push(marker);
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}

/** A text as it was, for code, formulas and addresses. */
export function unsigned(text: string, markers: readonly Marker[]): string {
  return cut(text, markers).map((part) => (typeof part === "string" ? part : `[${part.number}]`)).join("");
}

export function hasSigns(text: string): boolean {
  return text.includes(OBJECT);
}
