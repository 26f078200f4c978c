/**
 * A model of the page's own in place of an endpoint: WebLLM, the browser's built-in model, a test.
 *
 * It is asked with the body that an endpoint would have got, and its deltas become the stream that
 * an endpoint would have sent, so everything behind takes the one way there is. This file knows
 * that stream, and no model.
 */

import type { FetchHook } from "./fetch-hook.js";

/** What a model is asked: the body of an OpenAI chat request. */
export interface ChatBody {
  model: string;
  messages: { role: "system" | "user" | "assistant" | "tool"; content: string; tool_calls?: unknown[]; tool_call_id?: string }[];
  stream: true;
  max_tokens?: number;
  tools?: unknown[];
  /** The form of the reply, with a JSON schema; the prompt asks for it in words, too. */
  response_format?: unknown;
  /** What `generation` adds, such as `temperature`. */
  [field: string]: unknown;
}

/** A piece of a reply: some text, or a chunk as OpenAI streams them, with tool calls and usage. */
export type ChatDelta = string | ChatChunk;

/** A chunk of an OpenAI stream, as far as it is looked at. */
export interface ChatChunk {
  choices: readonly { delta: object; finish_reason?: string | null }[];
  usage?: object | null;
}

/**
 * Answers in place of an endpoint.
 *
 * @example
 * ```ts
 * // WebLLM
 * const model: ModelHook = (request) => engine.chat.completions.create(request);
 * // The browser's built-in model
 * const model: ModelHook = async (request, { signal }) => (await LanguageModel.create({ signal })).promptStreaming(request.messages, { signal });
 * ```
 */
export type ModelHook = (request: ChatBody, options: { signal: AbortSignal }) => AsyncIterable<ChatDelta> | Promise<AsyncIterable<ChatDelta>>;

/** Where requests for such a model go: nowhere, by a name that no network has. */
export const NOWHERE = "https://model.invalid";

/** The model as something that sends requests. */
export function modelAsFetch(model: ModelHook): FetchHook {
  return async (_url, init) => {
    const request = JSON.parse(await new Response(init.body ?? null).text()) as ChatBody;
    const signal = init.signal ?? new AbortController().signal;
    try {
      const deltas = (await model(request, { signal }))[Symbol.asyncIterator]();
      // A model that refuses does so before its first delta.
      const first = await deltas.next();
      return new Response(stream(deltas, first), { headers: { "content-type": "text/event-stream" } });
    } catch (error) {
      return new Response(JSON.stringify(failure(error)), { status: 400 });
    }
  };
}

function stream(deltas: AsyncIterator<ChatDelta>, first: IteratorResult<ChatDelta>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next = first;
  return new ReadableStream({
    async pull(controller) {
      const send = (data: string): void => controller.enqueue(encoder.encode(`data: ${data}\n\n`));
      try {
        if (next.done) {
          send("[DONE]");
          return controller.close();
        }
        send(JSON.stringify(typeof next.value === "string" ? { choices: [{ delta: { content: next.value } }] } : next.value));
        next = await deltas.next();
      } catch (error) {
        send(JSON.stringify(failure(error)));
        controller.close();
      }
    },
    async cancel() {
      await deltas.return?.();
    },
  });
}

function failure(error: unknown): object {
  const message = error instanceof Error ? error.message : String(error);
  return { error: { code: "invalid_request_error", message: `the page's model failed: ${message}` } };
}
