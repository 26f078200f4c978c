// The scripted model with tools: which tool it calls next, and how it says so.
//
// It takes a question apart by its form ("the author of …", "the town where … was born"), asks for
// the innermost fact first, and puts the name that a result gives into the question. It calls a
// tool of the page if the question has all words of the tool's name, with arguments that its schema
// describes. It speaks the three protocols: fields, tags in the text, lines of the text. What it
// says comes from the question and from results alone; all is worked out anew for each request.

import { contentWords, passagesOf, rank } from "./oracle.mjs";

const ASK = "ask_documents";
const SEARCH = "search_documents";
const LAST_TURN = /No more tools can be called\.|不能再调用工具了/;

/** The conversation that a request with tools holds; nothing for any other request. */
export function conversationOf(request) {
  const messages = (request.messages ?? []).map(({ content, ...rest }) => ({ ...rest, content: typeof content === "string" ? content : "" }));
  const system = messages.find(({ role }) => role === "system")?.content ?? "";
  const native = Array.isArray(request.tools) && request.tools.length > 0;
  const tags = /^<tools>\n([^]*?)\n<\/tools>$/m.exec(system);
  const lines = /^Action Input: /m.test(system) ? [...system.matchAll(/^([\w-]+): ([^\n]*?) Arguments: (\{[^\n]*\})$/gm)] : [];
  if (native) return { protocol: "native", tools: request.tools.map(toolOf), mayCall: request.tool_choice !== "none", ...inFields(messages) };
  if (tags) return { protocol: "nous", tools: tags[1].split("\n").map((line) => toolOf(JSON.parse(line))), ...inText(messages, tagged, responses) };
  if (lines.length > 0) {
    const tools = lines.map(([, name, , parameters]) => ({ name, parameters: JSON.parse(parameters) }));
    return { protocol: "react", tools, ...inText(messages, lined, observations) };
  }
  return undefined;
}

const toolOf = ({ function: { name, parameters } }) => ({ name, parameters });

function inFields(messages) {
  const first = messages.findIndex(({ tool_calls }) => tool_calls?.length > 0);
  const results = new Map(messages.filter(({ role }) => role === "tool").map(({ tool_call_id, content }) => [tool_call_id, content]));
  const steps = messages.flatMap(({ tool_calls = [] }) =>
    tool_calls.map(({ id, function: { name, arguments: args } }) => ({ name, arguments: JSON.parse(args), result: results.get(id) ?? "" })));
  return { question: questionBefore(messages, first), steps };
}

/** Calls and results stand in turns of assistant and user, in the same order. */
function inText(messages, callsOf, resultsOf) {
  const first = messages.findIndex(({ role, content }) => role === "assistant" && callsOf(content).length > 0);
  const after = first < 0 ? [] : messages.slice(first);
  const calls = after.filter(({ role }) => role === "assistant").flatMap(({ content }) => callsOf(content));
  const results = after.filter(({ role }) => role === "user").flatMap(({ content }) => resultsOf(content));
  return {
    mayCall: !LAST_TURN.test(messages.at(-1)?.content ?? ""),
    question: questionBefore(messages, first),
    steps: calls.map((call, index) => ({ ...call, result: results[index] ?? "" })),
  };
}

function questionBefore(messages, first) {
  const before = first < 0 ? messages : messages.slice(0, first);
  return (before.findLast(({ role }) => role === "user")?.content ?? "").replace(/\n\n[^\n]*$/, (tail) => (LAST_TURN.test(tail) ? "" : tail));
}

const tagged = (text) => [...text.matchAll(/<tool_call>\n([^]*?)\n<\/tool_call>/g)].map(([, json]) => JSON.parse(json));
const responses = (text) => [...text.matchAll(/<tool_response>\n([^]*?)\n<\/tool_response>/g)].map(([, result]) => result);
const lined = (text) => [...text.matchAll(/^Action: ([\w-]+)\nAction Input: (\{.*\})$/gm)].map(([, name, json]) => ({ name, arguments: JSON.parse(json) }));
const observations = (text) => text.split(/^Observation: /m).slice(1).map((result) => result.trim());

/** What the model says: `text`, and native `calls`. */
export function reasoned({ protocol, tools, mayCall, question, steps }) {
  const next = mayCall ? nextCall(question, tools, steps) : undefined;
  const answer = next ? "" : answered(question, steps);
  switch (protocol) {
    case "native":
      return next ? { text: "", calls: [{ id: `call_${steps.length + 1}`, ...next }] } : { text: answer };
    case "nous":
      return { text: next ? `<tool_call>\n${JSON.stringify(next)}\n</tool_call>` : answer };
    case "react":
      // A model that is not stopped goes on and invents the result.
      return {
        text: next
          ? `Thought: I need another fact.\nAction: ${next.name}\nAction Input: ${JSON.stringify(next.arguments)}\nObservation: The answer is 1066.\nThought: I know the answer\nFinal Answer: 1066`
          : `Thought: I know the answer\nFinal Answer: ${answer}`,
      };
    default:
      throw new Error(`no protocol ${protocol}`);
  }
}

function nextCall(question, tools, steps) {
  const own = tools.find(({ name }) => !isBuiltIn(name) && named(name, question));
  if (own && !steps.some(({ name }) => name === own.name)) return { name: own.name, arguments: argumentsFor(own.parameters, question) };
  if (own && !failed(steps.find(({ name }) => name === own.name))) return undefined;
  const { pending } = followed(question, steps);
  if (pending === undefined || !tools.some(({ name }) => name === ASK)) return undefined;
  // What asking did not give, searching may; what neither gives is missing.
  const tried = steps.filter((step) => step.arguments.question === pending || step.arguments.query === pending);
  if (tried.length === 0) return { name: ASK, arguments: { question: pending } };
  return tried.length === 1 && failed(tried[0]) ? { name: SEARCH, arguments: { query: pending } } : undefined;
}

const isBuiltIn = (name) => [ASK, SEARCH, "read_page", "list_documents"].includes(name);
const failed = ({ result }) => result.startsWith("Error:");

function named(name, question) {
  const asked = new Set(contentWords(question));
  const words = contentWords(name.replace(/[_-]/g, " "));
  return words.length > 0 && words.every((word) => asked.has(word));
}

/** For each required property, what in the question fits its schema first. */
function argumentsFor({ properties = {}, required = [] }, question) {
  const words = question.match(/[\p{L}\p{N}_-]+/gu) ?? [];
  const used = new Set();
  return Object.fromEntries(required.map((name) => {
    const { type, pattern, enum: values } = properties[name] ?? {};
    const fits = (word) => !used.has(word) && (pattern ? new RegExp(pattern, "u").test(word) : values ? values.includes(word) : /^\d+$/.test(word));
    const numeric = type === "number" || type === "integer";
    if (!pattern && !values && !numeric) return [name, question];
    const found = words.find(fits) ?? "";
    used.add(found);
    return [name, numeric ? Number(found) : found];
  }));
}

/** The question with the facts found so far put in, and those facts' sentences with their markers. */
function followed(question, steps) {
  const sentences = [];
  let left = question;
  for (;;) {
    const hop = innermost(left);
    const pending = hop?.ask ?? left;
    const step = steps.find(({ arguments: { question: asked, query }, result }) => (asked ?? query) === pending && !result.startsWith("Error:"));
    const found = step && fact(pending, step.result);
    if (!found) return { pending, sentences };
    sentences.push(found.cited);
    if (!hop || found.name === undefined) return { pending: undefined, sentences };
    left = hop.put(found.name);
  }
}

/** The part of a question that must be known first. */
function innermost(question) {
  const name = String.raw`\p{Lu}[\p{L}'-]*(?: (?:of |the )*\p{Lu}[\p{L}'-]*)*`;
  const role = new RegExp(String.raw`\bthe (\p{Ll}+) of (${name})`, "u").exec(question);
  if (role) return { ask: `Who is the ${role[1]} of ${role[2]}?`, put: (found) => question.replace(role[0], found) };
  const where = new RegExp(String.raw`\bthe (\p{Ll}+)( \p{Ll}+)? where (${name}) (was|is) (\p{Ll}+)`, "u").exec(question);
  if (where) return { ask: `Where ${where[4]} ${where[3]} ${where[5]}?`, put: (found) => question.replace(where[0], `${found}${where[2] ?? ""}`) };
  return undefined;
}

/** The sentence of a result that answers, and the name in it that the question does not have. */
function fact(question, result) {
  const [best] = rank(question, passagesOf(result));
  if (!best) return undefined;
  const asked = new Set(contentWords(question));
  const sentence = best.sentence.replace(/\s+/g, " ");
  const names = sentence.match(/\p{Lu}[\p{L}'-]+(?: \p{Lu}[\p{L}'-]+)*/gu) ?? [];
  const name = names.find((one) => contentWords(one).length > 0 && contentWords(one).every((word) => !asked.has(word)));
  return { name, cited: `${sentence} [${best.number ?? 1}]` };
}

function answered(question, steps) {
  const own = steps.filter((step) => !isBuiltIn(step.name));
  const told = own.filter((step) => !failed(step)).map(({ name, result }) => `${name} says: ${result}`);
  const { sentences } = followed(question, steps);
  return [...told, ...sentences].join(" ") || "The documents do not contain the answer.";
}
