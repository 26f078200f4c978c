// What a user's program with tools may look like. It is compiled, not run, and without the types of Node.
import { createAssistant } from "qwen-agent-wasm";
import {
  ToolBox, codeInterpreter, createRouter, defineTool, fetchPage, keyValueStore, mcpTools,
  type Json, type Tool, type ToolCall, type ToolErrorCode, type ToolReply, type ToolSpec,
} from "qwen-agent-wasm/tools";

const rate = defineTool<{ from: string; to: string }>({
  name: "exchange_rate",
  description: "Today's exchange rate between two currencies.",
  parameters: { type: "object", properties: { from: { type: "string" }, to: { type: "string" } }, required: ["from", "to"] },
  run: async ({ from, to }, { signal, id }) => ({ id, rate: await (await fetch(`/rates/${from}/${to}`, { signal })).json() as Json }),
});

const untyped: Tool = defineTool({ name: "now", description: "The time.", run: (args) => Object.keys(args).length });

export async function toolBox(signal: AbortSignal): Promise<ToolBox> {
  const remote = await mcpTools({ url: new URL("https://tools.example.com/mcp"), headers: { Authorization: "x" }, signal, sideEffects: ({ annotations }) => annotations["readOnlyHint"] !== true });
  const python = codeInterpreter({ language: "python", run: async (code, { signal }) => `${code} ${signal.aborted}` });
  const pages = fetchPage({ allow: ["https://docs.example.com"], read: (bytes, { name, mediaType }) => `${name} ${mediaType} ${bytes.length}` });
  return new ToolBox([rate, untyped, python, pages, keyValueStore({ name: "notes", kind: "memory" }), remote], {
    consent: async ({ name, arguments: args }, { signal }) => !signal.aborted && name !== "x" && Object.keys(args).length < 9,
  });
}

export async function answerCall(box: ToolBox, call: ToolCall, show: (text: string) => void): Promise<ToolSpec[]> {
  const reply: ToolReply = await box.call(call, { signal: AbortSignal.timeout(1000) });
  if ("content" in reply) show(reply.content);
  else {
    const code: ToolErrorCode = reply.error.code;
    show(code);
  }
  return box.specs();
}

export async function route(question: string): Promise<string> {
  const router = createRouter({
    assistants: [{ name: "docs", description: "documents", assistant: await createAssistant() }],
    choose: async (question, routes, { signal }) => (signal?.aborted ? "" : (routes[0]?.name ?? question)),
  });
  router.addEventListener("route", ({ detail }) => console.log(detail.name, detail.fallback));
  const { run } = await router.ask(question);
  return (await run.result).text;
}

export async function withTools(): Promise<string> {
  const qa = await createAssistant({ level: "reason", tools: [rate, codeInterpreter()], onToolConsent: ({ name }) => name === "x", maxTurns: 6, adaptive: true });
  const pages = fetchPage({ allow: ["https://docs.example.com"], read: qa.documents.read });
  const { text, title, warnings } = await qa.documents.read(new Uint8Array(4), { name: "a.html", mediaType: "text/html", signal: AbortSignal.timeout(1000) });
  const remote = await mcpTools({ url: "/mcp" });
  const answer = await qa.ask(`${title} ${warnings.length}`, { tools: [pages, remote], protocol: "nous" }).result;
  return text + answer.strategy;
}
