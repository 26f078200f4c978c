// The page in Chromium: an assistant in its worker, asked as in Node.

import { createAssistant } from "../../../pkg/dist/index.js";
import { abortedRun, asked, byAssistant } from "../drive.mjs";

let ask;

globalThis.bench = {
  async open({ baseURL, text, concurrency }) {
    const assistant = await createAssistant({ endpoint: { baseURL, model: "qwen-scripted" }, level: "read", budget: { concurrency } });
    await assistant.documents.add({ name: "document.txt", bytes: new TextEncoder().encode(text) }).done;
    ask = byAssistant(assistant, {});
  },
  asked: (question) => asked(ask, question),
  aborted: (question, afterMs) => abortedRun(ask, question, afterMs),
};
