/**
 * The address of a passage on its page: a link that opens the page, goes to the section, and marks
 * the words, by a text fragment (https://wicg.github.io/scroll-to-text-fragment/).
 *
 * It computes and fetches nothing. Browsers without text fragments go to the section, or the top.
 */

/** What a `Citation` and a `Hit` have of a passage. */
export interface PassagePlace {
  url?: string;
  anchor?: string;
  /** The words of a citation. */
  quote?: string;
  /** The text of a hit. */
  text?: string;
}

/** A passage of up to so many words is given as a whole; of a longer one, its beginning and end. */
const WHOLE_WORDS = 12;
const EDGE_WORDS = 5;

/**
 * The address that leads to a citation or hit, or `undefined` if its document has no address of
 * the web.
 *
 * @example
 * ```ts
 * const { citations } = await qa.ask("How long is the notice period?").result;
 * for (const citation of citations) show(citation.quote, passageUrl(citation)); // https://example.org/lease#notice:~:text=…
 * ```
 */
export function passageUrl({ url, anchor, quote, text }: PassagePlace): string | undefined {
  if (url === undefined || !/^https?:/i.test(url)) return undefined;
  const [page = "", ownHash = ""] = url.split("#", 2);
  const section = anchor === undefined ? ownHash.split(":~:", 1)[0] ?? "" : encodeURIComponent(anchor);
  const words = textDirective(quote ?? text ?? "");
  if (words === "") return section === "" ? page : `${page}#${section}`;
  return `${page}#${section}:~:text=${words}`;
}

function textDirective(text: string): string {
  // One piece must lie within one block of the page. Readers put each on a line of its own, and
  // mark list items in a way that the page itself may not.
  const lines = text.split(/[\n\t]+/).map((line) => line.trim().replace(/^(?:[-•*]|\d+[.)])\s+/, "")).filter((line) => hasWords(line));
  const first = lines[0];
  const last = lines.at(-1);
  if (first === undefined || last === undefined) return "";
  const ends = wordEnds(first);
  if (lines.length === 1 && ends.length <= WHOLE_WORDS) return encode(first);
  const start = first.slice(0, ends[EDGE_WORDS - 1]?.end ?? first.length);
  const starts = wordEnds(last);
  const end = last.slice(starts.at(-EDGE_WORDS)?.start ?? 0);
  return `${encode(start)},${encode(end)}`;
}

function hasWords(line: string): boolean {
  return /[\p{L}\p{N}]/u.test(line);
}

/** Where words begin and end: a text fragment must do so, too, also in scripts without spaces. */
function wordEnds(text: string): { start: number; end: number }[] {
  // Firefox before version 125 has none; there, words are what spaces part.
  if (typeof Intl.Segmenter !== "function") return [...text.matchAll(/\S+/g)].map(({ index, 0: word }) => ({ start: index, end: index + word.length }));
  const segments = [...new Intl.Segmenter(undefined, { granularity: "word" }).segment(text)];
  return segments.filter(({ isWordLike }) => isWordLike).map(({ index, segment }) => ({ start: index, end: index + segment.length }));
}

/** A comma, an ampersand and a hyphen have a meaning in a text directive. */
function encode(words: string): string {
  return encodeURIComponent(words.trim().replace(/\p{Cs}/gu, "\uFFFD")).replace(/-/g, "%2D");
}
