// Cuts an answer's Markdown into blocks and inline pieces that remember where they stood, so that
// citations find their markers. It must make no elements and understand no HTML or links: a
// model's text may not load or point to anything.

export interface Piece {
  kind: "text" | "strong" | "emphasis" | "code";
  /** Where the visible characters stand in the answer. */
  start: number;
  end: number;
}

export type Block =
  | { kind: "paragraph" | "quote"; start: number; end: number; pieces: Piece[] }
  | { kind: "heading"; level: number; start: number; end: number; pieces: Piece[] }
  | { kind: "list"; ordered: boolean; first: number; start: number; end: number; items: { pieces: Piece[]; depth: number }[] }
  | { kind: "code"; start: number; end: number };

interface Line {
  text: string;
  start: number;
}

const fence = /^\s*(```|~~~)/;
const heading = /^(#{1,6})\s+/;
const bullet = /^(\s*)(?:[-*+•]|(\d{1,3})[.)、])\s+/;
const quote = /^>\s?/;

/** One paragraph for each line, for answers whose lines are quotes. */
export function linesAsBlocks(answer: string): Block[] {
  return linesOf(answer)
    .filter(({ text }) => text.trim() !== "")
    .map((line) => {
      const end = endOf(line);
      return { kind: "paragraph", start: line.start, end, pieces: [{ kind: "text", start: line.start, end }] };
    });
}

export function blocksOf(answer: string): Block[] {
  const lines = linesOf(answer);
  const blocks: Block[] = [];
  let index = 0;
  while (index < lines.length) {
    const line = lines[index];
    if (!line || line.text.trim() === "") {
      index += 1;
      continue;
    }
    const [block, next] = readBlock(answer, lines, index, line);
    blocks.push(block);
    index = next;
  }
  return blocks;
}

function readBlock(answer: string, lines: Line[], index: number, line: Line): [Block, number] {
  if (fence.test(line.text)) return readCode(lines, index);
  const head = heading.exec(line.text);
  if (head) {
    const start = line.start + head[0].length;
    const end = line.start + line.text.length;
    return [{ kind: "heading", level: head[1]?.length ?? 1, start, end, pieces: piecesOf(answer, start, end) }, index + 1];
  }
  if (bullet.test(line.text)) return readList(answer, lines, index);
  return readParagraph(answer, lines, index);
}

function readCode(lines: Line[], index: number): [Block, number] {
  let close = index + 1;
  while (close < lines.length && !fence.test(lines[close]?.text ?? "")) close += 1;
  const first = lines[index + 1];
  const last = lines[close - 1];
  const opening = lines[index];
  const start = first?.start ?? endOf(opening);
  return [{ kind: "code", start, end: Math.max(start, endOf(last)) }, close + 1];
}

function readList(answer: string, lines: Line[], index: number): [Block, number] {
  const items: { pieces: Piece[]; depth: number }[] = [];
  const first = bullet.exec(lines[index]?.text ?? "");
  const start = lines[index]?.start ?? 0;
  let end = start;
  let next = index;
  for (; next < lines.length; next += 1) {
    const line = lines[next];
    const match = line && bullet.exec(line.text);
    if (!line || !match || (match[2] === undefined && first?.[2] !== undefined && match[1] === "")) break;
    end = endOf(line);
    const depth = Math.min(3, Math.floor((match[1]?.length ?? 0) / 2));
    items.push({ pieces: piecesOf(answer, line.start + match[0].length, end), depth });
  }
  const ordered = first?.[2] !== undefined;
  return [{ kind: "list", ordered, first: Number(first?.[2] ?? 1), start, end, items }, next];
}

function readParagraph(answer: string, lines: Line[], index: number): [Block, number] {
  const isQuote = quote.test(lines[index]?.text ?? "");
  const pieces: Piece[] = [];
  const start = lines[index]?.start ?? 0;
  let end = start;
  let next = index;
  for (; next < lines.length; next += 1) {
    const line = lines[next];
    if (!line || line.text.trim() === "" || quote.test(line.text) !== isQuote) break;
    if (next > index && (fence.test(line.text) || heading.test(line.text) || bullet.test(line.text))) break;
    const skip = isQuote ? (quote.exec(line.text)?.[0].length ?? 0) : 0;
    // The line break itself belongs to the piece, so that lines stay apart.
    if (next > index) pieces.push({ kind: "text", start: line.start - 1, end: line.start });
    end = endOf(line);
    pieces.push(...piecesOf(answer, line.start + skip, end));
  }
  return [{ kind: isQuote ? "quote" : "paragraph", start, end, pieces }, next];
}

const inline = /\*\*(?=\S)([^\n]*?\S)\*\*|`([^`\n]+)`|(?<![\p{L}\p{N}*])\*(?=[^\s*])([^*\n]*?[^\s*])\*(?![\p{L}\p{N}*])/gu;

function piecesOf(answer: string, start: number, end: number): Piece[] {
  const pieces: Piece[] = [];
  let at = start;
  for (const match of answer.slice(start, end).matchAll(inline)) {
    const from = start + match.index;
    if (from > at) pieces.push({ kind: "text", start: at, end: from });
    at = from + match[0].length;
    if (match[1] !== undefined) pieces.push({ kind: "strong", start: from + 2, end: at - 2 });
    else if (match[2] !== undefined) pieces.push({ kind: "code", start: from + 1, end: at - 1 });
    else pieces.push({ kind: "emphasis", start: from + 1, end: at - 1 });
  }
  if (at < end) pieces.push({ kind: "text", start: at, end });
  return pieces;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const line of text.split("\n")) {
    lines.push({ text: line, start });
    start += line.length + 1;
  }
  return lines;
}

function endOf(line: Line | undefined): number {
  return line ? line.start + line.text.length : 0;
}
