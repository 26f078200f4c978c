// Ours in Node: the package with its worker, and the command's own thread.

import { createAssistant } from "../../pkg/dist/index.js";
import { localHost } from "../../pkg/dist/node.js";
import { byAssistant, byHost } from "./drive.mjs";

const NAME = "document.txt";

/** An assistant in a worker, with the document. */
export async function inWorker({ baseURL, text, concurrency }) {
  const assistant = await createAssistant({ endpoint: { baseURL, model: "qwen-scripted" }, level: "read", budget: { concurrency } });
  await assistant.documents.add({ name: NAME, bytes: new TextEncoder().encode(text) }).done;
  return { ask: byAssistant(assistant, {}), close: () => assistant.dispose() };
}

/** A host in this thread, with the document; `more` goes into each request. */
export async function inThread({ baseURL, text, concurrency, ...more }) {
  const host = localHost();
  const { chunks } = await add(host, text);
  return { ask: byHost(host, { endpoint: { baseUrl: baseURL, model: "qwen-scripted" }, level: "read", concurrency, ...more }), chunks, close: async () => {} };
}

function add(host, text) {
  const params = { source: { id: NAME, name: NAME }, blob: new Blob([text]) };
  return host.call("add", params, { signal: new AbortController().signal });
}

/** Into how many chunks a text is cut. */
export async function chunkCounter() {
  const host = localHost();
  return async (text) => (await add(host, text)).chunks;
}
