// The tests' scripted model for all who are compared: for the prompts of this project as it is, for
// those of Qwen-Agent by handing it the same passage and question, and with tools for level 3.

import { reply } from "../../tests/endpoint/oracle.mjs";

/** Longer than any run of tildes in the document. */
const FENCE = "~~~~~~~~";

/** `{ kind, text }`, kinds as `reply` has them, and "tool". */
export function replyTo(body) {
  const { system, user } = textsOf(body);
  if (Array.isArray(body.tools) && body.tools.length > 0) return nextStep(body, user);
  const document = between(user, "# Document:\n", "\n\n# Question:\n");
  if (document !== undefined) {
    const question = between(user, "# Question:\n", "\n\nPlease provide") ?? "";
    const { quotes } = JSON.parse(read(document, question).text);
    const said = quotes.length > 0 ? { res: "ans", content: quotes.join(" ") } : { res: "none", content: "<None>" };
    return { kind: "read", text: JSON.stringify(said) };
  }
  const base = between(system, "# Knowledge Base\n\n");
  if (base !== undefined) return answer(base, between(user, "# Question\n", "\n\n\n# Answering") ?? "");
  if (user.includes("extract keywords from the question")) return { kind: "plan", text: keywords(user) };
  return reply(body);
}

/** First the documents are asked, then the answer is made of what they gave. */
function nextStep({ messages }, user) {
  const results = messages.filter(({ role }) => role === "tool");
  const question = user.trim().split("\n").at(-1);
  if (results.length > 0) return answer(results.map(({ content }) => content).join("\n\n"), question);
  return { kind: "tool", text: `<tool_call>\n${JSON.stringify({ name: "ask_documents", arguments: { question } })}\n</tool_call>` };
}

function read(passage, question) {
  const system = 'Reply with one JSON object: {"relevant": true, "quotes": []}';
  return reply({ messages: [{ role: "system", content: system }, { role: "user", content: `Question:\n${question}\n\nPassage:\n${fenced(passage)}` }] });
}

function answer(passages, question) {
  return reply({ messages: [{ role: "user", content: `Passages:\n\n[1]\n${fenced(passages)}\n\nQuestion:\n${question}` }] });
}

const fenced = (text) => `${FENCE}\nthe document\n\n${text}\n${FENCE}`;

function keywords(user) {
  const question = user.slice(user.lastIndexOf("Question:")).replace(/^Question:|Keywords:\s*$/g, "");
  const words = [...new Set(question.match(/\p{L}{4,}/gu) ?? [])].slice(0, 12);
  return JSON.stringify({ keywords_zh: [], keywords_en: words });
}

function textsOf({ messages }) {
  const of = (wanted) => messages.filter(({ role }) => role === wanted).map(({ content }) => (typeof content === "string" ? content : (content ?? []).map(({ text }) => text ?? "").join(""))).join("\n");
  return { system: of("system"), user: of("user") };
}

/** What stands between two marks; up to the end without a second one. */
function between(text, first, second) {
  const at = text.indexOf(first);
  if (at < 0) return undefined;
  const rest = text.slice(at + first.length);
  const end = second === undefined ? -1 : rest.lastIndexOf(second);
  return end < 0 ? rest : rest.slice(0, end);
}
