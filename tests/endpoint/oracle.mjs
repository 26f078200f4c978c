// What the scripted model says: honest replies made from the prompt's own text, always the same.
//
// It tells planning, reading and answering prompts apart, finds the question and the numbered
// passages, and quotes the sentences that share the rarest words with the question. It knows no
// language and no facts, and does not touch the network. How it uses tools is in `tools.mjs`.

import { conversationOf, reasoned } from "./tools.mjs";

const STOP = new Set(
  ("the and for with that this what which who whom whose when where why how does did are was were has have had can could " +
    "will would should shall may might must not from into onto about there their they them then than you your our its his her " +
    "been being any all some each every many much more most less also only just say says said tell give according document documents").split(" "),
);

/** @typedef {{ number: number | undefined, text: string }} Passage */

/** The reply to a chat request: `kind` is "plan", "read", "answer" or "reason"; with tools there may be `calls`. */
export function reply(request) {
  const conversation = conversationOf(request);
  if (conversation) return { kind: "reason", ...reasoned(conversation) };
  const messages = Array.isArray(request.messages) ? request.messages : [];
  const system = textOf(messages.find(({ role }) => role === "system"));
  const user = textOf(messages.findLast(({ role }) => role === "user"));
  const kind = kindOf(request.response_format, system, user);
  const passages = passagesOf(user);
  const question = questionOf(user);
  if (kind === "plan") return { kind, text: JSON.stringify(plan(question)) };
  if (kind === "read") return { kind, text: JSON.stringify(read(question, passages)) };
  return { kind, text: answer(question, passages) };
}

function textOf(message) {
  if (typeof message?.content === "string") return message.content;
  if (!Array.isArray(message?.content)) return "";
  return message.content.map((part) => part.text ?? "").join("");
}

function kindOf(format, system, user) {
  const name = format?.json_schema?.name ?? "";
  const asked = `${system}\n${user}`;
  if (/plan|keyword/i.test(name)) return "plan";
  if (/read/i.test(name)) return "read";
  const json = format?.type === "json_object" || /\bJSON\b/.test(system);
  if (json && /"quotes"|"relevant"/.test(asked)) return "read";
  if (json && /keywords/i.test(asked)) return "plan";
  return "answer";
}

/** Passages between lines of tildes, numbered or not; where there are none, lines that begin with [n]. */
export function passagesOf(user) {
  const fenced = [...user.matchAll(/^(?:\[(\d+)\][^\n]*\n)?(~{3,})[^\n]*\n([\s\S]*?)\n\2[ \t]*$/gm)];
  if (fenced.length > 0) {
    // The first line of a fenced passage says where it comes from.
    return fenced.map(([, number, , body]) => ({ number: number ? Number(number) : undefined, text: body.replace(/^[^\n]*\n\n/, "") }));
  }
  const parts = user.split(/^\[(\d+)\][ \t]*/m).slice(1);
  return parts.flatMap((part, index) => (index % 2 === 0 ? [{ number: Number(part), text: parts[index + 1] ?? "" }] : []));
}

/** What stands after "Question:", outside of passages; else the last paragraph. */
export function questionOf(user) {
  const bare = user.replace(/^(~{3,})[^\n]*\n[\s\S]*?\n\1[ \t]*$/gm, "");
  const parts = bare.split(/^(?:Question|问题)[:：][ \t]*\n?/m);
  const tail = parts.length > 1 ? parts.at(-1) : bare.trim().split(/\n\s*\n/).at(-1);
  return (tail ?? "").split(/^(?:Passages?|段落)[:：]/m)[0].trim();
}

function plan(question) {
  const words = [...new Set(contentWords(question))].slice(0, 8);
  const language = /\p{Script=Han}/u.test(question) ? "zh" : "en";
  return { information: question, instruction: "", language, keywords: [{ language, words }] };
}

function read(question, passages) {
  const asked = new Set(contentWords(question));
  const enough = Math.min(2, asked.size);
  const quotes = rank(question, passages)
    .filter(({ sentence }) => enough > 0 && contentWords(sentence).filter((word, index, all) => asked.has(word) && all.indexOf(word) === index).length >= enough)
    .slice(0, 3)
    .map(({ sentence }) => sentence);
  return { relevant: quotes.length > 0, quotes };
}

function answer(question, passages) {
  const ranked = rank(question, passages);
  const [best, second] = ranked;
  const chinese = /\p{Script=Han}/u.test(question);
  if (!best) return chinese ? "文档中没有答案。" : "The documents do not contain the answer.";
  const chosen = second && second.score >= best.score * 0.6 ? [best, second] : [best];
  return chosen.map(({ sentence, number }) => `${sentence.replace(/\s+/g, " ")} [${number ?? 1}]`).join(" ");
}

/** Sentences that share a content word with the question, best first; ties in order of the text. */
export function rank(question, passages) {
  const asked = [...new Set(contentWords(question))];
  const sentences = passages.flatMap(({ number, text }) =>
    sentencesOf(text).map((sentence) => ({ number, sentence, words: new Set(contentWords(sentence)) })));
  const rarity = new Map(asked.map((word) => {
    const holders = sentences.filter(({ words }) => words.has(word)).length;
    return [word, Math.log(1 + sentences.length / Math.max(holders, 1))];
  }));
  return sentences
    .map((one) => ({ ...one, score: asked.reduce((sum, word) => sum + (one.words.has(word) ? rarity.get(word) : 0), 0) }))
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score);
}

function sentencesOf(text) {
  return text.split(/(?<=[.!?])\s+|(?<=[。！？])|\n{2,}/).map((sentence) => sentence.trim()).filter((sentence) => sentence !== "");
}

/** Words that are not all too common; text without spaces gives pairs of characters. */
export function contentWords(text) {
  return (text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? []).flatMap((run) => {
    if (!/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}\p{Script=Myanmar}]/u.test(run)) {
      return run.length > 2 && !STOP.has(run) ? [run.replace(/(?<=...)(?:es|s|ed|ing)$/, "")] : [];
    }
    const characters = [...run];
    return characters.length < 2 ? characters : characters.slice(1).map((character, index) => characters[index] + character);
  });
}

/** The pieces in which a text is streamed; joined, they are the text. */
export function pieces(text) {
  return text.match(/\s*(?:[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{1,2}|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+|\s+$)/gu) ?? [];
}
