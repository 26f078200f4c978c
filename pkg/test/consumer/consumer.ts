// What a user's program may look like. It is compiled, not run, and without the types of Node.
import { createAssistant, QwenAgentError, type Answer, type AskOptions, type Citation, type ErrorCode, type Estimate, type Session, type SessionInfo } from "qwen-agent-wasm";
import { createSearchIndex, type TextHit, type Why } from "qwen-agent-wasm/search";

export async function find(texts: string[], query: string): Promise<[TextHit[], Why | undefined]> {
  const index = await createSearchIndex({ analysis: "words" });
  index.addAll(texts);
  const hits = index.search(query);
  const best = hits[0];
  return [hits, best && index.why(query, best.id, texts[best.id] ?? "")];
}

export async function affordable(question: string, limit: number): Promise<string> {
  await using qa = await createAssistant({ endpoint: { baseURL: "/api/qwen", model: "qwen-plus" }, storage: { readings: "indexeddb", name: "mine" } });
  const options: AskOptions = { level: "read", transcript: true, budget: { maxTokens: 100_000, prices: { input: 0.4, output: 1.2 } } };
  const { cost = 0, atMost, requests }: Estimate = await qa.estimate(question, options);
  if (cost > limit) return `${atMost ? "up to" : "about"} ${requests} requests`;
  const run = qa.ask(question, options);
  const line = await run.transcript({ verifiedOnly: true });
  const roles = (await run.result).messages?.map(({ role }) => role) ?? [];
  await qa.readings.clear({ signal: AbortSignal.timeout(1000) });
  return line + roles.join();
}

export async function conversation(show: (text: string) => void): Promise<[SessionInfo[], Session | undefined, string | undefined]> {
  await using qa = await createAssistant({ storage: { kind: "auto", name: "mine" } });
  qa.addEventListener("sessions", ({ detail: { change, id, error } }) => show(`${change} ${id ?? ""} ${error?.code ?? ""}`));
  const { id } = await qa.sessions.create({ title: "Lease" });
  await qa.ask("What does clause 7 say?", { session: id }).result;
  const session = await qa.sessions.get(id);
  for (const { question, status, citations } of session?.turns ?? []) show(`${question} ${status} ${citations.length}`);
  return [await qa.sessions.list({ query: "clause" }), session, await qa.sessions.export(id, "markdown")];
}

export async function answer(file: File, show: (text: string) => void): Promise<Citation[]> {
  await using qa = await createAssistant({
    endpoint: { baseURL: "/api/qwen", model: "qwen-plus", headers: async () => ({ Authorization: "Bearer short-lived" }) },
    system: "Answer in one sentence.",
    budget: { contextTokens: 32_768 },
  });
  qa.addEventListener("restart", ({ detail }) => show(`${detail.error.code} ${detail.lost.join()}`));
  const job = qa.documents.add(file, { signal: AbortSignal.timeout(60_000) });
  for await (const { phase, done, total } of job) show(`${phase} ${done}/${total}`);
  const { id } = await job.done;
  const run = qa.ask("What does clause 7 say?", { documents: [id], level: "read" });
  try {
    for await (const event of run) {
      switch (event.type) {
        case "text":
          show(event.text);
          break;
        case "tool-call":
          show(`${event.name} ${event.arguments}`);
          break;
        case "tool-result":
          show(event.failed ? event.id : event.content);
          break;
        case "plan":
        case "retrieval":
        case "chunk-read":
        case "reasoning":
        case "retry":
        case "warning":
        case "finish":
          break;
        default:
          event satisfies never;
      }
    }
    const { citations }: Answer = await run.result;
    return citations;
  } catch (error) {
    const code: ErrorCode = "llm.rate_limited";
    if (error instanceof QwenAgentError && error.code === code) show(error.message);
    throw error;
  }
}
