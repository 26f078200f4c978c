// Libraries of others that examples of the documentation name, as far as they use them.

declare module "pdfjs-dist" {
  const GlobalWorkerOptions: { workerSrc: string; workerPort: unknown };
  // Its own types are many; the widget has those that it needs.
  function getDocument(source: unknown): any;
  export { getDocument, GlobalWorkerOptions };
}

declare module "@mlc-ai/web-llm" {
  export function CreateMLCEngine(model: string): Promise<{ chat: { completions: { create(request: object): Promise<AsyncIterable<{ choices: { delta: { content?: string } }[] }>> } } }>;
}

/** Of Trusted Types, which TypeScript does not know yet. */
declare const trustedTypes: { createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown };
