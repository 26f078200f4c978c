// What the examples of the documentation leave to their readers: names that a page has of its own.
import type { Assistant } from "qwen-agent-wasm";
import type { QwenAssistantElement } from "qwen-agent-wasm/widget";

/** Of the recipes for these runtimes: what they use, since one compilation cannot have all their types. */
declare global {
  const Deno: { env: { get(name: string): string | undefined }; serve(handler: (request: Request, info: { remoteAddr: { hostname: string } }) => Promise<Response>): unknown };
  const Bun: { env: Record<string, string | undefined>; serve(options: { idleTimeout: number; fetch(request: Request, server: { requestIP(request: Request): { address: string } | null }): Promise<Response> }): unknown };
}

declare global {
  const file: File;
  const question: string;
  const qa: Assistant;
  const element: QwenAssistantElement;
  let lines: string;
  const recipes: { title: string; text: string }[];
  /** Of WebLLM. */
  const engine: { chat: { completions: { create(request: object): Promise<AsyncIterable<{ choices: { delta: { content?: string } }[] }>> } } };
  function show(...values: unknown[]): void;
  function link(text: string, address: string | undefined): void;
  function append(text: string): void;
  function showProgress(phase: string, done: number, total: number): void;
  function token(): Promise<string>;
}
