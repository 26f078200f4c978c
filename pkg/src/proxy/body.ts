/**
 * The body of a chat request: read within limits, and checked for what it may cost.
 *
 * What goes on is written anew from what was understood here, so that a server which reads JSON in
 * another way (a name that comes twice) cannot understand something else.
 */

import type { Settings } from "./options.js";
import { Refusal } from "./refusal.js";

export async function readChat(request: Request, settings: Settings): Promise<string> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get("content-type") ?? "")) throw new Refusal("not_json");
  const text = new TextDecoder().decode(await readBytes(request, settings));
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Refusal("invalid_body");
  }
  return JSON.stringify(checked(body, settings));
}

function checked(body: unknown, { models, maxOutputTokens }: Settings): Record<string, unknown> {
  if (!isObject(body) || typeof body["model"] !== "string" || !Array.isArray(body["messages"])) throw new Refusal("invalid_body");
  // Some servers take a list of models to fall back to.
  const wanted = [body["model"], ...[body["models"] ?? []].flat()];
  if (!wanted.every((model) => typeof model === "string" && offers(models, model))) throw new Refusal("model_not_allowed");
  if (maxOutputTokens === undefined) return body;
  if ((body["n"] ?? 1) !== 1 || (body["best_of"] ?? 1) !== 1) throw new Refusal("too_many_choices");
  // Of the two names in use, only the one that servers of Qwen know: one that is ignored caps nothing.
  const { max_completion_tokens: other, ...rest } = body;
  const asked = [body["max_tokens"], other].filter((tokens) => typeof tokens === "number" && tokens > 0) as number[];
  return { ...rest, max_tokens: Math.min(maxOutputTokens, ...asked) };
}

export function offers(models: ReadonlySet<string>, model: string): boolean {
  return models.has(model) || models.has("*");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function readBytes(request: Request, { maxBodyBytes, bodyMs }: Settings): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBodyBytes) {
    // Whoever has the stream can stop waiting for it.
    request.body?.cancel().catch(() => {});
    throw new Refusal("body_too_large");
  }
  const reader = request.body?.getReader();
  if (!reader) throw new Refusal("invalid_body");
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Refusal("body_timeout")), bodyMs);
  });
  try {
    return await Promise.race([collect(reader, maxBodyBytes), late]);
  } catch (error) {
    reader.cancel().catch(() => {});
    // A client that went away in the middle has nobody to tell.
    throw error instanceof Refusal ? error : new Refusal("invalid_body", {}, error);
  } finally {
    clearTimeout(timer);
  }
}

async function collect(reader: ReadableStreamDefaultReader<Uint8Array>, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) throw new Refusal("body_too_large");
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
