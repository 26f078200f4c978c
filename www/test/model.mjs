// A model for the tests that finds a given sentence among the passages of its prompt and cites
// it, or misbehaves as told. It must know nothing of the page.

import { startUpstream } from "./support.mjs";

/**
 * Starts an endpoint whose answers say `sentence`, citing the passage that contains it.
 * `status`: every request fails so. `cutAfter`: the connection breaks after so many pieces.
 * `hold`: after so many pieces nothing more comes.
 */
export async function startModel(t, { sentence, status, cutAfter = Infinity, hold = Infinity, text } = {}) {
  const state = { closed: 0 };
  const upstream = await startUpstream(t, async (request, response, body) => {
    allowPages(response);
    if (request.method === "OPTIONS") return response.writeHead(204).end();
    if (status !== undefined) return fail(response, status);
    const asked = JSON.parse(body);
    const prompt = asked.messages.map(({ content }) => textOf(content)).join("\n\n");
    const answer = isPlan(prompt) ? plan() : (text ?? `${sentence} ${markerFor(prompt, sentence)}`);
    if (!asked.stream) return complete(response, answer);
    response.on("close", () => (state.closed += response.writableFinished ? 0 : 1));
    await stream(response, answer, isPlan(prompt) ? {} : { cutAfter, hold });
  });
  return { ...upstream, state };
}

/** The passages' numbers stand alone on the line before their fence. */
export function markerFor(prompt, sentence) {
  const squeezed = (words) => words.replace(/\s+/g, " ");
  for (const [, number, passage] of prompt.matchAll(/^\[(\d+)\]\n(~{5,}\n[\s\S]*?\n~{5,})$/gm)) {
    if (squeezed(passage).includes(squeezed(sentence))) return `[${number}]`;
  }
  return "";
}

function isPlan(prompt) {
  return prompt.includes('"keywords"');
}

function plan() {
  return JSON.stringify({ information: "", instruction: "", language: "en", keywords: [] });
}

function textOf(content) {
  return typeof content === "string" ? content : content.map((part) => part.text ?? "").join("");
}

function allowPages(response) {
  response.setHeader("Access-Control-Allow-Origin", "*");
  response.setHeader("Access-Control-Allow-Headers", "authorization,content-type");
}

function fail(response, status) {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ error: { code: "refused", message: `scripted ${status}` } }));
}

function complete(response, content) {
  response.writeHead(200, { "Content-Type": "application/json" });
  const message = { role: "assistant", content };
  response.end(JSON.stringify({ id: "1", object: "chat.completion", choices: [{ index: 0, message, finish_reason: "stop" }] }));
}

async function stream(response, answer, { cutAfter = Infinity, hold = Infinity }) {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  const pieces = answer.match(/\s*\S+/g) ?? [""];
  for (const [index, content] of pieces.entries()) {
    if (index >= hold) return;
    if (index >= cutAfter) {
      // Let what was written leave before the line is cut.
      await new Promise((resolve) => setTimeout(resolve, 50));
      return response.destroy();
    }
    response.write(chunk({ content }, null));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  response.write(chunk({}, "stop"));
  response.end("data: [DONE]\n\n");
}

function chunk(delta, finish_reason) {
  const choices = [{ index: 0, delta, finish_reason }];
  return `data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", choices })}\n\n`;
}
