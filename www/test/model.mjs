// An endpoint that always says the same given text, for what no document would say. It must know
// nothing of questions and passages; the repository's scripted endpoint does.

import { startUpstream } from "./support.mjs";

/** Starts it; whatever is asked, the answer is `text`. */
export async function startParrot(t, text) {
  const upstream = await startUpstream(t, async (request, response, body) => {
    // It tells nothing of its models.
    if (request.method === "GET") return void response.writeHead(404).end();
    const { stream } = JSON.parse(body);
    if (!stream) return complete(response, text);
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    for (const content of text.match(/\s*\S+/g)) response.write(chunk({ content }, null));
    response.write(chunk({}, "stop"));
    response.end("data: [DONE]\n\n");
  });
  return { ...upstream, env: { QWEN_BASE_URL: upstream.baseUrl, QWEN_MODEL: "qwen-scripted" } };
}

function complete(response, content) {
  response.writeHead(200, { "Content-Type": "application/json" });
  const message = { role: "assistant", content };
  response.end(JSON.stringify({ id: "1", object: "chat.completion", choices: [{ index: 0, message, finish_reason: "stop" }] }));
}

function chunk(delta, finish_reason) {
  const choices = [{ index: 0, delta, finish_reason }];
  return `data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", choices })}\n\n`;
}
